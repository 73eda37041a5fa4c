// SPDX-License-Identifier: Apache-2.0
//
// The tables of held letters as the files of this folder use them (schema step
// 5). A content is kept in pieces under an id of its own: a large one is
// written in several transactions, so that nobody waits for it, and is nobody's
// until the row of its letter names it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fail_point.h"
#include "store/connection.h"
#include "store/held.h"

namespace lostletter::store {

// One recipient, by its letter.
struct Place {
  std::string code;
  std::size_t number = 0;
};

std::optional<HeldLetter> read_letter(Database& database,
                                      std::string_view code);
std::vector<HeldRecipient> read_recipients(Database& database,
                                           std::string_view code);
std::optional<HeldRecipient> read_recipient(Database& database,
                                            std::string_view code,
                                            std::size_t number);
// Of the first column of each row.
std::vector<HeldLetter> read_letters(Database& database, Query& codes);

// Compare and set, as the row for `event` says: false when no row starts from
// `from`, or the recipient is no longer there. Nobody has a claim afterwards;
// the token stays. Writes the line of the action log. Within a transaction.
bool move(Database& database, const Place& place, HeldState from,
          HeldEvent event, const Actor& actor, std::string_view detail,
          Seconds now);

// Appends to the action log; `line` without number and hash. Within a
// transaction.
void append_action(Database& database, ActionLine line);

// Writes pieces of a content within a transaction: the first `most` bytes of
// `bytes` become pieces from `number` on. Returns how many bytes that was.
std::size_t write_pieces(Database& database, std::string_view content,
                         std::size_t number, std::string_view bytes,
                         std::size_t most, Seconds now);
// Removes a content in steps.
std::size_t remove_content(Connection& writer, const std::string& content);

// Commits, between two places at which a test may end the process.
void commit(Transaction& transaction, FailPoint written, FailPoint committed);

inline constexpr std::size_t kPieceSize = std::size_t{256} << 10U;
inline constexpr std::size_t kStepSize = 16 * kPieceSize;  // a transaction

}  // namespace lostletter::store
