// SPDX-License-Identifier: Apache-2.0
//
// How held letters go, as store/sqlite_held_sweep.cc does it: in steps, and
// what a crash leaves half removed, the next call finds.
#include <algorithm>

#include "base/text.h"
#include "store/correspondence_sql.h"
#include "store/postgres_held.h"
#include "store/postgres_held_sql.h"

namespace lostletter::store {
namespace {

// A content that came in pieces has long been taken in, or never will be.
constexpr auto kStrayAfter = std::chrono::hours(24);

std::vector<std::string> find_codes(PostgresPool& pool, std::string_view sql,
                                    std::optional<Seconds> before = {}) {
  return pool.run(
      "looking for held letters",
      [&](PostgresSession& session) {
        return first_column(before ? session.query(sql, *before)
                                   : session.query(sql));
      },
      PostgresPool::Patience::kPatient);
}

// A letter in which somebody is sender or recipient, or has it already.
struct Stake {
  std::string code;
  bool ended = false;
};

#define LOWER(column)              \
  "translate(" column              \
  ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'" \
  ", 'abcdefghijklmnopqrstuvwxyz')"

std::vector<Stake> letters_of(PostgresPool& pool, std::string_view address) {
  const std::string lower = ascii_lower(address);
  const AddressParts parts = split_address(address);
  return pool.run(
      "looking for an address",
      [&](PostgresSession& session) {
        const bool is_ours =
            !session
                 .query(
                     "SELECT 1 FROM addresses a JOIN domains d"
                     " ON d.id = a.domain JOIN address_exchanges e"
                     " ON e.owner = a.id WHERE a.local_part = $1"
                     " AND d.name = $2 LIMIT 1",
                     key_text(parts.local_part), key_text(parts.domain))
                 .empty();
        const Rows rows = session.query(
            "SELECT code, NOT EXISTS (SELECT 1 FROM held_recipients r"
            "  WHERE r.code = l.code AND r.ended = 0) FROM held_letters l"
            " WHERE " LOWER("reverse_path") " = $1 OR "
            LOWER("submitter") " IN ($2, $3) OR right(" LOWER("submitter")
            ", length($4)) = $4 OR position(', ' || $1 || ',' IN ', ' || "
            LOWER("others") " || ',') > 0 OR EXISTS (SELECT 1"
            " FROM held_recipients r WHERE r.code = l.code AND $1 IN ("
            LOWER("address") ", " LOWER("target") ", " LOWER("intended") "))",
            lower, "login:" + lower,
            "login:" + (is_ours ? parts.local_part : lower), "/" + lower);
        std::vector<Stake> stakes;
        for (std::size_t i = 0; i < rows.size(); ++i) {
          stakes.push_back({rows.text(i, 0), rows.truth(i, 1)});
        }
        return stakes;
      },
      PostgresPool::Patience::kPatient);
}
#undef LOWER

}  // namespace

std::size_t PostgresHeld::lapse(Seconds before, Seconds now) {
  std::size_t lapsed = 0;
  for (const std::string& code :
       find_codes(pool_,
                  "SELECT DISTINCT r.code FROM held_recipients r"
                  " JOIN held_letters l ON l.code = r.code"
                  " WHERE r.state = 'expected' AND l.at <= $1 LIMIT 500",
                  before)) {
    lapsed += pool_.transact(
        "giving up what never came", [&](PostgresSession& session) {
          HeldChange change(session, code);
          std::size_t moved = 0;
          for (HeldRecipient& one : change.recipients()) {
            moved += change.move(one, HeldEvent::kLapse,
                                 {.who = "guard", .reason = {}}, {}, now)
                         ? 1
                         : 0;
          }
          change.finish();
          fail_point(FailPoint::kLapseWritten);
          return moved;
        });
  }
  return lapsed;
}

// First the letter lets go of its content, then the content goes.
std::size_t PostgresHeld::remove_unneeded() {
  std::size_t removed = 0;
  for (const std::string& code :
       find_codes(pool_,
                  "SELECT code FROM held_letters l WHERE content <> ''"
                  " AND NOT EXISTS (SELECT 1 FROM held_recipients r"
                  "  WHERE r.code = l.code AND r.ended = 0) LIMIT 500")) {
    const auto content = pool_.transact(
        "letting go of a content",
        [&](PostgresSession& session) -> std::optional<std::string> {
          const HeldChange change(session, code);
          if (!change.has_ended()) return std::nullopt;  // it came after all
          const Rows rows = session.query(
              "SELECT content FROM held_letters WHERE code = $1 FOR UPDATE",
              code);
          if (rows.empty()) return std::nullopt;
          session.query(
              "UPDATE held_letters SET content = '', content_key = ''"
              " WHERE code = $1",
              code);
          return rows.text(0, 0);
        });
    if (!committed(content.has_value(), FailPoint::kSweepLetGo)) continue;
    removed += remove_content(*content);
  }
  return removed;
}

std::size_t PostgresHeld::remove_strays(Seconds before) {
  std::size_t removed = 0;
  for (const std::string& content :
       find_codes(pool_,
                  "SELECT DISTINCT content FROM held_pieces p WHERE at <= $1"
                  " AND NOT EXISTS (SELECT 1 FROM held_letters l"
                  "  WHERE l.content = p.content) LIMIT 500",
                  before)) {
    removed += remove_content(content);
  }
  return removed;
}

std::size_t PostgresHeld::remove_letter(const std::string& code) {
  std::size_t removed = 0;
  const auto content = pool_.transact(
      "removing a letter that has ended",
      [&](PostgresSession& session) -> std::optional<std::string> {
        removed = 0;
        const HeldChange change(session, code);
        if (!change.has_ended()) return std::nullopt;
        const Rows rows = session.query(
            "SELECT content FROM held_letters WHERE code = $1 FOR UPDATE",
            code);
        if (rows.empty()) return std::nullopt;
        removed =
            session.query("DELETE FROM held_recipients WHERE code = $1", code)
                .changed() +
            session.query("DELETE FROM held_letters WHERE code = $1", code)
                .changed();
        return rows.text(0, 0);
      });
  if (!committed(content.has_value(), FailPoint::kSweepRemoved)) return 0;
  return removed + (content->empty() ? 0 : remove_content(*content));
}

std::size_t PostgresHeld::remove_ended(Seconds before) {
  std::size_t removed = 0;
  for (const std::string& code :
       find_codes(pool_,
                  "SELECT code FROM held_letters l WHERE at <= $1"
                  " AND NOT EXISTS (SELECT 1 FROM held_recipients r"
                  "  WHERE r.code = l.code"
                  "  AND (r.ended = 0 OR r.changed_at > $1)) LIMIT 500",
                  before)) {
    removed += remove_letter(code);
  }
  return removed +
         pool_.run("removing old attempts", [&](PostgresSession& session) {
           return session
               .query(
                   "DELETE FROM held_attempts WHERE token IN"
                   " (SELECT token FROM held_attempts a WHERE at <= $1"
                   "  AND NOT EXISTS (SELECT 1 FROM held_letters l"
                   "   WHERE l.code = a.code) LIMIT 500)",
                   before)
               .changed();
         });
}

std::size_t PostgresHeld::sweep_held(Seconds lapsed_before,
                                     Seconds ended_before, Seconds now) {
  return lapse(lapsed_before, now) + remove_unneeded() +
         remove_strays(now - kStrayAfter) + remove_ended(ended_before);
}

std::size_t PostgresHeld::forget_held(std::string_view address) {
  std::size_t removed = 0;
  for (const Stake& stake : letters_of(pool_, address)) {
    if (stake.ended) removed += remove_letter(stake.code);
  }
  return removed;
}

std::size_t PostgresHeld::under_way_of(std::string_view address) {
  return static_cast<std::size_t>(
      std::ranges::count(letters_of(pool_, address), false, &Stake::ended));
}

}  // namespace lostletter::store
