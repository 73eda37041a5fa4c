// SPDX-License-Identifier: Apache-2.0
//
// Scores of recipients: what the budget of questions counts with. One statement
// takes a row once, so a batch is summed up first.
#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "store/correspondence_sql.h"
#include "store/postgres_store.h"

namespace lostletter::store {
namespace {

// The row that tells when a person was first met.
constexpr std::int64_t kPersonItself = 0;

struct Score {
  Seconds at;
  double score = 0;
  std::optional<Seconds> asked_at = {};
};
using Key = std::pair<std::string, std::int64_t>;

std::map<Key, Score> sum_up(std::span<const ScoreRecord> records) {
  std::map<Key, Score> sums;
  for (const ScoreRecord& record : records) {
    const std::string person = key_text(ascii_lower(record.person));
    const auto met =
        sums.try_emplace({person, kPersonItself}, Score{record.at}).first;
    met->second.at = std::min(met->second.at, record.at);
    const auto [known, fresh] = sums.try_emplace(
        {person, score_key(record.recipient)}, Score{record.at, record.score});
    Score& sum = known->second;
    if (!fresh && record.score >= sum.score) {
      sum.at = record.at;
      sum.score = record.score;
    }
    if (record.asked) sum.asked_at = record.at;
  }
  return sums;
}

}  // namespace

void PostgresStore::save_scores(std::span<const ScoreRecord> records) {
  if (records.empty()) return;
  std::vector<std::string> people;
  std::vector<std::int64_t> recipients;
  std::vector<Seconds> at;
  std::vector<double> scores;
  std::vector<std::optional<Seconds>> asked;
  for (const auto& [key, score] : sum_up(records)) {
    people.push_back(key.first);
    recipients.push_back(key.second);
    at.push_back(score.at);
    scores.push_back(score.score);
    asked.push_back(score.asked_at);
  }
  pool_->run("saving scores", [&](PostgresSession& session) {
    session.query(
        "INSERT INTO scores (person, recipient, at, score, asked_at)"
        " SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[],"
        "  $4::double precision[], $5::bigint[])"
        " ON CONFLICT (person, recipient) DO UPDATE SET"
        " at = CASE WHEN scores.recipient = 0"
        "  THEN least(scores.at, excluded.at)"
        "  WHEN excluded.score >= scores.score THEN excluded.at"
        "  ELSE scores.at END,"
        " asked_at = coalesce(excluded.asked_at, scores.asked_at),"
        " score = greatest(excluded.score, scores.score)",
        people, recipients, at, scores, asked);
  });
}

guard::History PostgresStore::find_history(std::string_view person) {
  const Rows rows = pool_->run("reading scores", [&](PostgresSession& session) {
    return session.query(
        "SELECT recipient, at, score, asked_at FROM scores WHERE person = $1",
        key_text(ascii_lower(person)));
  });
  guard::History found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.integer(i, 0) == kPersonItself) {
      found.since = rows.time(i, 1);
      continue;
    }
    found.scores.push_back({rows.time(i, 1), rows.real(i, 2)});
    if (!rows.is_null(i, 3)) found.scores.back().asked_at = rows.time(i, 3);
  }
  return found;
}

std::vector<std::string> PostgresStore::scored_people() {
  const Rows rows = pool_->run("reading scores", [&](PostgresSession& session) {
    return session.query("SELECT person FROM scores WHERE recipient = $1",
                         kPersonItself);
  });
  std::vector<std::string> people;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    people.push_back(rows.text(i, 0));
  }
  std::ranges::sort(people);
  return people;
}

}  // namespace lostletter::store
