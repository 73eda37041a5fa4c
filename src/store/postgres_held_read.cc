// SPDX-License-Identifier: Apache-2.0
//
// What lists and pages ask of held letters.
#include "store/postgres_held.h"
#include "store/postgres_held_sql.h"

namespace lostletter::store {

std::optional<HeldLetter> PostgresHeld::find_held(std::string_view code) {
  auto letters = pool_.transact(
      "looking for a held letter", [&](PostgresSession& session) {
        take_snapshot(session);
        return read_letters(session, {std::string(code)});
      });
  if (letters.empty()) return std::nullopt;
  return std::move(letters[0]);
}

std::vector<HeldLetter> PostgresHeld::list_held(const HeldFilter& filter) {
  std::vector<std::string> states;
  for (const HeldState state : filter.states) {
    states.emplace_back(to_string(state));
  }
  return pool_.transact("listing held letters", [&](PostgresSession& session) {
    take_snapshot(session);
    return read_letters(
        session, first_column(session.query(
                     "SELECT code FROM held_letters l WHERE ($1::boolean OR"
                     " EXISTS (SELECT 1 FROM held_recipients r"
                     "  WHERE r.code = l.code AND r.state = ANY($2::text[])))"
                     " AND ($3 = '' OR submitter = $3)"
                     " ORDER BY at DESC, code LIMIT $4::bigint",
                     filter.states.empty(), states, filter.submitter,
                     static_cast<std::int64_t>(filter.most))));
  });
}

std::vector<HeldCounts> PostgresHeld::count_held() {
  const Rows rows =
      pool_.run("counting held letters", [](PostgresSession& session) {
        return session.query(
            "SELECT state, sum(recipients)::bigint, sum(size)::bigint, min(at)"
            " FROM (SELECT r.state, count(*) AS recipients, l.size, l.at"
            "  FROM held_recipients r JOIN held_letters l ON l.code = r.code"
            "  GROUP BY r.state, r.code, l.size, l.at) q GROUP BY state"
            " ORDER BY state");
      });
  std::vector<HeldCounts> counts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    counts.push_back(
        {.state = parse_held_state(rows.text(i, 0)).value(),
         .recipients = static_cast<std::size_t>(rows.integer(i, 1)),
         .bytes = static_cast<std::uint64_t>(rows.integer(i, 2)),
         .oldest = rows.time(i, 3)});
  }
  return counts;
}

bool PostgresHeld::is_token(std::string_view token) {
  return pool_.run("looking for a token", [&](PostgresSession& session) {
    return !session
                .query(
                    "SELECT 1 FROM held_recipients WHERE token = $1"
                    " AND token <> '' AND state IN ('releasing', 'handed')",
                    token)
                .empty();
  });
}

std::vector<HeldLetter> PostgresHeld::overdue(Seconds now, std::size_t most) {
  return pool_.transact(
      "looking for overdue letters", [&](PostgresSession& session) {
        take_snapshot(session);
        return read_letters(
            session, first_column(session.query(
                         "SELECT code FROM held_letters l WHERE deadline <= $1"
                         " AND EXISTS (SELECT 1 FROM held_recipients r"
                         "  WHERE r.code = l.code AND r.state = 'held')"
                         " ORDER BY deadline, code LIMIT $2::bigint",
                         now, static_cast<std::int64_t>(most))));
      });
}

std::vector<ActionLine> PostgresHeld::read_actions(std::uint64_t after,
                                                   std::size_t most) {
  const Rows rows = pool_.run(
      "reading the action log",
      [&](PostgresSession& session) {
        return session.query(
            "SELECT number, at, who, event, code, recipient, detail, hash"
            " FROM actions WHERE number > $1 ORDER BY number LIMIT $2::bigint",
            static_cast<std::int64_t>(after), static_cast<std::int64_t>(most));
      },
      PostgresPool::Patience::kPatient);
  std::vector<ActionLine> lines;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    lines.push_back({.number = static_cast<std::uint64_t>(rows.integer(i, 0)),
                     .at = rows.time(i, 1),
                     .who = rows.text(i, 2),
                     .event = rows.text(i, 3),
                     .code = rows.text(i, 4),
                     .recipient = static_cast<std::size_t>(rows.integer(i, 5)),
                     .detail = rows.text(i, 6),
                     .hash = rows.text(i, 7)});
  }
  return lines;
}

}  // namespace lostletter::store
