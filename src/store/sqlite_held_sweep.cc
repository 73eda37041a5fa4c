// SPDX-License-Identifier: Apache-2.0
//
// How held letters go: what never came, contents that nobody needs, letters
// that have ended, a person who wants to be forgotten. In steps, so that nobody
// waits long; what a crash leaves half removed, the next call finds.
#include <algorithm>

#include "base/text.h"
#include "store/correspondence_sql.h"
#include "store/held_sql.h"
#include "store/sqlite_held.h"

namespace lostletter::store {
namespace {

constexpr std::int64_t kStep = 500;  // letters a call
// A content that came in pieces has long been taken in, or never will be.
constexpr auto kStrayAfter = std::chrono::hours(24);

std::vector<std::string> first_column(Query row) {
  std::vector<std::string> texts;
  while (row.step()) texts.push_back(row.text(0));
  return texts;
}

// The content of a letter, when all its recipients have ended. Within a
// transaction.
std::optional<std::string> content_if_ended(Database& database,
                                            std::string_view code) {
  auto row = database.query(
      "SELECT content FROM held_letters l WHERE code = ? AND NOT EXISTS"
      " (SELECT 1 FROM held_recipients r"
      "  WHERE r.code = l.code AND r.ended = 0)",
      code);
  if (!row.step()) return std::nullopt;
  return row.text(0);
}

// A letter in which somebody is sender or recipient, or has it already.
struct Stake {
  std::string code;
  bool ended = false;
};

std::vector<Stake> letters_of(Database& database, std::string_view address) {
  const std::string lower = ascii_lower(address);
  auto row = database.query(
      "SELECT code, NOT EXISTS (SELECT 1 FROM held_recipients r"
      "  WHERE r.code = l.code AND r.ended = 0) FROM held_letters l"
      " WHERE lower(reverse_path) = ?1 OR lower(submitter) IN (?2, ?3)"
      " OR substr(lower(submitter), -length(?4)) = ?4"
      " OR instr(', ' || lower(others) || ',', ', ' || ?1 || ',') > 0"
      " OR EXISTS (SELECT 1 FROM held_recipients r WHERE r.code = l.code"
      "  AND ?1 IN (lower(address), lower(target), lower(intended)))",
      lower, "login:" + lower, "login:" + login_of(database, address),
      "/" + lower);
  std::vector<Stake> stakes;
  while (row.step()) stakes.push_back({row.text(0), row.integer(1) != 0});
  return stakes;
}

}  // namespace

std::size_t SqliteHeld::lapse(Seconds before, Seconds now) {
  const auto database = write("giving up what never came");
  Transaction transaction(*database);
  const auto codes = first_column(
      database->query("SELECT DISTINCT r.code FROM held_recipients r"
                      " JOIN held_letters l ON l.code = r.code"
                      " WHERE r.state = 'expected' AND l.at <= ? LIMIT ?",
                      before, kStep));
  std::size_t lapsed = 0;
  for (const std::string& code : codes) {
    for (const HeldRecipient& one : read_recipients(*database, code)) {
      const bool moved =
          move(*database, {code, one.number}, one.state, HeldEvent::kLapse,
               {.who = "guard", .reason = {}}, {}, now);
      lapsed += moved ? 1 : 0;
    }
  }
  fail_point(FailPoint::kLapseWritten);
  transaction.commit();
  return lapsed;
}

// First the letter lets go of its content, then the content goes.
std::size_t SqliteHeld::remove_unneeded() {
  const auto codes = first_column(
      reader_.take("looking for contents")
          ->query("SELECT code FROM held_letters l WHERE content <> ''"
                  " AND NOT EXISTS (SELECT 1 FROM held_recipients r"
                  "  WHERE r.code = l.code AND r.ended = 0) LIMIT ?",
                  kStep));
  std::size_t removed = 0;
  for (const std::string& code : codes) {
    std::optional<std::string> content;
    {
      const auto database = write("letting go of a content");
      Transaction transaction(*database);
      content = content_if_ended(*database, code);
      if (!content) continue;  // it came after all
      database
          ->query(
              "UPDATE held_letters SET content = '', content_key = ''"
              " WHERE code = ?",
              code)
          .run();
      transaction.commit();
      fail_point(FailPoint::kSweepLetGo);
    }
    removed += remove_content(*writer_, *content);
  }
  return removed;
}

std::size_t SqliteHeld::remove_strays(Seconds before) {
  const auto contents = first_column(
      reader_.take("looking for contents")
          ->query("SELECT DISTINCT content FROM held_pieces p WHERE at <= ?"
                  " AND NOT EXISTS (SELECT 1 FROM held_letters l"
                  "  WHERE l.content = p.content) LIMIT ?",
                  before, kStep));
  std::size_t removed = 0;
  for (const auto& content : contents) {
    removed += remove_content(*writer_, content);
  }
  return removed;
}

std::size_t SqliteHeld::remove_letter(const std::string& code) {
  std::size_t removed = 0;
  std::optional<std::string> content;
  {
    const auto database = write("removing a letter that has ended");
    Transaction transaction(*database);
    content = content_if_ended(*database, code);
    if (!content) return 0;
    for (const std::string_view sql :
         {"DELETE FROM held_recipients WHERE code = ?",
          "DELETE FROM held_letters WHERE code = ?"}) {
      database->query(sql, code).run();
      removed += database->changes();
    }
    transaction.commit();
    fail_point(FailPoint::kSweepRemoved);
  }
  return removed + remove_content(*writer_, *content);
}

std::size_t SqliteHeld::remove_ended(Seconds before) {
  const auto codes = first_column(
      reader_.take("looking for letters that have ended")
          ->query("SELECT code FROM held_letters l WHERE at <= ?1"
                  " AND NOT EXISTS (SELECT 1 FROM held_recipients r"
                  "  WHERE r.code = l.code"
                  "  AND (r.ended = 0 OR r.changed_at > ?1)) LIMIT ?2",
                  before, kStep));
  std::size_t removed = 0;
  for (const std::string& code : codes) removed += remove_letter(code);

  const auto database = write("removing old attempts");
  Transaction transaction(*database);
  database
      ->query(
          "DELETE FROM held_attempts WHERE token IN"
          " (SELECT token FROM held_attempts a WHERE at <= ? AND NOT EXISTS"
          "  (SELECT 1 FROM held_letters l WHERE l.code = a.code) LIMIT ?)",
          before, kStep)
      .run();
  removed += database->changes();
  transaction.commit();
  return removed;
}

std::size_t SqliteHeld::sweep_held(Seconds lapsed_before, Seconds ended_before,
                                   Seconds now) {
  return lapse(lapsed_before, now) + remove_unneeded() +
         remove_strays(now - kStrayAfter) + remove_ended(ended_before);
}

std::size_t SqliteHeld::forget_held(std::string_view address) {
  const auto stakes =
      letters_of(*reader_.take("looking for an address"), address);
  std::size_t removed = 0;
  for (const Stake& stake : stakes) {
    if (stake.ended) removed += remove_letter(stake.code);
  }
  return removed;
}

std::size_t SqliteHeld::under_way_of(std::string_view address) {
  const auto stakes =
      letters_of(*reader_.take("looking for an address"), address);
  return static_cast<std::size_t>(
      std::ranges::count(stakes, false, &Stake::ended));
}

}  // namespace lostletter::store
