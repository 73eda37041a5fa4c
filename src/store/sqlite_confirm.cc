// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite_confirm.h"

namespace lostletter::store {

void write_confirmation(Database& database, const Confirmation& confirmation) {
  database
      .query(
          "INSERT INTO confirmations"
          " (submitter, recipient, reference, confirmed_at, expires_at)"
          " VALUES (?, ?, ?, ?, ?)"
          " ON CONFLICT (submitter, recipient) DO UPDATE SET"
          " reference = excluded.reference,"
          " confirmed_at = excluded.confirmed_at,"
          " expires_at = excluded.expires_at",
          confirmation.submitter, confirmation.recipient,
          confirmation.reference, confirmation.confirmed_at,
          confirmation.expires_at)
      .run();
  database
      .query("DELETE FROM questions WHERE submitter = ? AND recipient = ?",
             confirmation.submitter, confirmation.recipient)
      .run();
}

}  // namespace lostletter::store
