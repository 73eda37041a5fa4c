// SPDX-License-Identifier: Apache-2.0
//
// The tables of held letters as PostgresHeld uses them. A content is kept in
// pieces, as held_sql.h says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fail_point.h"
#include "store/held.h"
#include "store/postgres_session.h"

namespace lostletter::store {

// Letters with their recipients, in the order of the codes; those that are
// gone are left out.
std::vector<HeldLetter> read_letters(PostgresSession& session,
                                     const std::vector<std::string>& codes);
// Of the first column.
std::vector<std::string> first_column(const Rows& rows);

// Reads of this transaction see one moment. First of all in it.
void take_snapshot(PostgresSession& session);

// The change of one letter within a transaction: its recipients, locked, as
// they stand; what becomes of them; the lines of the action log.
class HeldChange {
 public:
  HeldChange(PostgresSession& session, std::string_view code);

  std::vector<HeldRecipient>& recipients() { return recipients_; }
  HeldRecipient* find(std::size_t number);
  bool has_ended() const;  // no recipient is waited for

  // As the row for `event` says: false, and nothing has changed, when there is
  // none. Nobody has a claim afterwards; the token stays.
  bool move(HeldRecipient& one, HeldEvent event, const Actor& actor,
            std::string_view detail, Seconds now);
  // Writes recipients and lines. Nothing may follow.
  void finish();

 private:
  void write_recipients();

  PostgresSession& session_;
  std::string code_;
  std::vector<HeldRecipient> recipients_;
  std::vector<ActionLine> lines_;
};

// Appends to the action log; lines without number and hash. Last of all in a
// transaction.
void append_actions(PostgresSession& session, std::vector<ActionLine> lines);

// Done, when something has changed: nobody has heard of it yet.
inline bool committed(bool changed, FailPoint point) {
  if (changed) fail_point(point);
  return changed;
}

// Pieces from `number` on.
void write_pieces(PostgresSession& session, const std::string& content,
                  std::size_t number, std::string_view bytes, Seconds now);

}  // namespace lostletter::store
