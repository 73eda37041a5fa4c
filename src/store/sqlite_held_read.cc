// SPDX-License-Identifier: Apache-2.0
//
// What lists and pages ask of held letters.
#include <array>

#include "store/correspondence_sql.h"
#include "store/held_sql.h"
#include "store/sqlite_held.h"

namespace lostletter::store {

std::optional<HeldLetter> SqliteHeld::find_held(std::string_view code) {
  const auto database = reader_.take("looking for a held letter");
  const Snapshot snapshot(*database);
  return read_letter(*database, code);
}

std::vector<HeldLetter> SqliteHeld::list_held(const HeldFilter& filter) {
  const auto database = reader_.take("listing held letters");
  const Snapshot snapshot(*database);
  // One statement for any set of states: those not asked for match nothing.
  constexpr int kStates = 9;
  std::array<std::string_view, kStates> states;
  for (const HeldState state : filter.states) {
    states.at(static_cast<std::size_t>(state)) = to_string(state);
  }
  auto row = database->query(
      "SELECT code FROM held_letters l WHERE (?1 OR EXISTS"
      " (SELECT 1 FROM held_recipients r WHERE r.code = l.code"
      "  AND r.state IN (?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)))"
      " AND (?2 = '' OR submitter = ?2) ORDER BY at DESC, code LIMIT ?3",
      std::int64_t{filter.states.empty()}, filter.submitter,
      static_cast<std::int64_t>(filter.most));
  for (int i = 0; i < kStates; ++i) {
    row.bind(4 + i, states[static_cast<std::size_t>(i)]);
  }
  return read_letters(*database, row);
}

std::vector<HeldCounts> SqliteHeld::count_held() {
  const auto database = reader_.take("counting held letters");
  auto row = database->query(
      "SELECT state, sum(recipients), sum(size), min(at) FROM"
      " (SELECT r.state, count(*) AS recipients, l.size, l.at"
      "  FROM held_recipients r JOIN held_letters l ON l.code = r.code"
      "  GROUP BY r.state, r.code) GROUP BY state ORDER BY state");
  std::vector<HeldCounts> counts;
  while (row.step()) {
    counts.push_back({.state = parse_held_state(row.text(0)).value(),
                      .recipients = static_cast<std::size_t>(row.integer(1)),
                      .bytes = static_cast<std::uint64_t>(row.integer(2)),
                      .oldest = row.time(3)});
  }
  return counts;
}

bool SqliteHeld::is_token(std::string_view token) {
  const auto database = reader_.take("looking for a token");
  return database
      ->query(
          "SELECT 1 FROM held_recipients WHERE token = ?1 AND token <> ''"
          " AND state IN ('releasing', 'handed')",
          token)
      .step();
}

std::vector<HeldLetter> SqliteHeld::overdue(Seconds now, std::size_t most) {
  const auto database = reader_.take("looking for overdue letters");
  const Snapshot snapshot(*database);
  auto row = database->query(
      "SELECT code FROM held_letters WHERE deadline <= ? AND code IN"
      " (SELECT code FROM held_recipients WHERE state = 'held')"
      " ORDER BY deadline, code LIMIT ?",
      now, static_cast<std::int64_t>(most));
  return read_letters(*database, row);
}

std::vector<ActionLine> SqliteHeld::read_actions(std::uint64_t after,
                                                 std::size_t most) {
  const auto database = reader_.take("reading the action log");
  auto row = database->query(
      "SELECT number, at, who, event, code, recipient, detail, hash"
      " FROM actions WHERE number > ? ORDER BY number LIMIT ?",
      static_cast<std::int64_t>(after), static_cast<std::int64_t>(most));
  std::vector<ActionLine> lines;
  while (row.step()) {
    lines.push_back({.number = static_cast<std::uint64_t>(row.integer(0)),
                     .at = row.time(1),
                     .who = row.text(2),
                     .event = row.text(3),
                     .code = row.text(4),
                     .recipient = static_cast<std::size_t>(row.integer(5)),
                     .detail = row.text(6),
                     .hash = row.text(7)});
  }
  return lines;
}

}  // namespace lostletter::store
