// SPDX-License-Identifier: Apache-2.0
//
// Scores of recipients: what the budget of questions counts with.
#include "base/text.h"
#include "store/correspondence_sql.h"
#include "store/sqlite_store.h"

namespace lostletter::store {
namespace {

// The row that tells when a person was first met.
constexpr std::int64_t kPersonItself = 0;

void save(Database& database, const ScoreRecord& record) {
  const std::string person = ascii_lower(record.person);
  database
      .query(
          "INSERT INTO scores (person, recipient, at, score) VALUES (?, ?, ?, "
          "0)"
          " ON CONFLICT (person, recipient) DO UPDATE SET"
          " at = CASE WHEN excluded.at < scores.at THEN excluded.at"
          " ELSE scores.at END",
          std::string_view(person), kPersonItself, record.at)
      .run();
  const std::optional<Seconds> asked =
      record.asked ? std::optional(record.at) : std::nullopt;
  database
      .query(
          "INSERT INTO scores (person, recipient, at, score, asked_at)"
          " VALUES (?, ?, ?, ?, ?)"
          " ON CONFLICT (person, recipient) DO UPDATE SET"
          " at = CASE WHEN excluded.score >= scores.score THEN excluded.at"
          " ELSE scores.at END,"
          " asked_at = coalesce(excluded.asked_at, scores.asked_at),"
          " score = CASE WHEN excluded.score >= scores.score"
          " THEN excluded.score ELSE scores.score END",
          std::string_view(person), score_key(record.recipient), record.at,
          record.score, asked)
      .run();
}

}  // namespace

std::int64_t score_key(std::string_view recipient) {
  return stable_hash(ascii_lower(recipient));
}

void SqliteStore::save_scores(std::span<const ScoreRecord> records) {
  if (records.empty()) return;
  const auto database = write("saving scores");
  Transaction transaction(*database);
  for (const ScoreRecord& record : records) save(*database, record);
  transaction.commit();
}

guard::History SqliteStore::find_history(std::string_view person) {
  const std::string key = ascii_lower(person);
  const auto database = reader_->take("reading scores");
  guard::History found;
  auto row = database->query(
      "SELECT recipient, at, score, asked_at FROM scores WHERE person = ?",
      std::string_view(key));
  while (row.step()) {
    if (row.integer(0) == kPersonItself) {
      found.since = row.time(1);
      continue;
    }
    found.scores.push_back({row.time(1), row.real(2)});
    if (!row.is_null(3)) found.scores.back().asked_at = row.time(3);
  }
  return found;
}

std::vector<std::string> SqliteStore::scored_people() {
  const auto database = reader_->take("reading scores");
  auto row = database->query(
      "SELECT person FROM scores WHERE recipient = ? ORDER BY person",
      kPersonItself);
  std::vector<std::string> people;
  while (row.step()) people.push_back(row.text(0));
  return people;
}

}  // namespace lostletter::store
