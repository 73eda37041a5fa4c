// SPDX-License-Identifier: Apache-2.0
#include "store/postgres_confirm.h"

namespace lostletter::store {

void write_confirmation(PostgresSession& session,
                        const Confirmation& confirmation) {
  session.query(
      "WITH answered AS (DELETE FROM questions"
      "  WHERE submitter = $1 AND recipient = $2 RETURNING 1)"
      " INSERT INTO confirmations"
      " (submitter, recipient, reference, confirmed_at, expires_at)"
      " VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (submitter, recipient) DO UPDATE SET"
      " reference = excluded.reference,"
      " confirmed_at = excluded.confirmed_at,"
      " expires_at = excluded.expires_at",
      key_text(confirmation.submitter), key_text(confirmation.recipient),
      confirmation.reference, confirmation.confirmed_at,
      confirmation.expires_at);
}

}  // namespace lostletter::store
