// SPDX-License-Identifier: Apache-2.0
//
// Correspondence written, and what is read back of letters and archives.
#include <algorithm>

#include "store/correspondence_sql.h"
#include "store/postgres_learning.h"
#include "store/postgres_store.h"

namespace lostletter::store {

Learnt PostgresStore::learn(std::span<const guard::Lesson> lessons, Seconds now,
                            const Retention& retention) {
  if (lessons.empty()) return {};
  return pool_->transact(
      "learning",
      [&](PostgresSession& session) {
        return PostgresLearning(session, now, retention.correspondence)
            .learn(lessons);
      },
      PostgresPool::Patience::kPatient);
}

std::size_t PostgresStore::note(std::span<const guard::Correspondent> contacts,
                                Seconds now) {
  return pool_->transact(
      "noting addresses",
      [&](PostgresSession& session) {
        return PostgresLearning(session, now, Duration()).note(contacts);
      },
      PostgresPool::Patience::kPatient);
}

std::vector<std::string> PostgresStore::recipients_of(std::string_view letter,
                                                      std::string_view person) {
  const AddressParts parts = split_address(person);
  const Rows rows = pool_->run(
      "looking for a letter's recipients", [&](PostgresSession& session) {
        return session.query(
            "SELECT a.local_part, d.name FROM lessons l"
            " JOIN addresses a ON a.id = l.other"
            " JOIN domains d ON d.id = a.domain"
            " WHERE l.letter = $1 AND l.passage <> $2 AND l.owner ="
            "  (SELECT o.id FROM addresses o JOIN domains p ON p.id = o.domain"
            "   WHERE o.local_part = $3 AND p.name = $4)",
            stable_hash(letter), std::int64_t{kLearntReceived},
            key_text(parts.local_part), key_text(parts.domain));
      });
  std::vector<std::string> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.push_back(rows.text(i, 0) + '@' + rows.text(i, 1));
  }
  std::ranges::sort(found);
  return found;
}

void PostgresStore::save_reading(const Reading& reading, Seconds at) {
  pool_->transact("saving what was learnt", [&](PostgresSession& session) {
    session.query(
        "INSERT INTO readings (fingerprint, position, at) VALUES ($1, $2, $3)"
        " ON CONFLICT (fingerprint) DO UPDATE SET"
        " position = excluded.position, at = excluded.at",
        key_text(reading.fingerprint), reading.position, at);
    session.query(
        "INSERT INTO under_way (id, letters, at) VALUES (1, $1::bytea, $2)"
        " ON CONFLICT (id) DO UPDATE SET letters = excluded.letters,"
        " at = excluded.at",
        Bytes{reading.under_way}, at);
  });
}

std::optional<std::string> PostgresStore::find_position(
    std::string_view fingerprint) {
  const Rows rows =
      pool_->run("looking for a learnt file", [&](PostgresSession& session) {
        return session.query(
            "SELECT position FROM readings WHERE fingerprint = $1",
            key_text(fingerprint));
      });
  if (rows.empty()) return std::nullopt;
  return rows.text(0, 0);
}

std::string PostgresStore::under_way() {
  const Rows rows =
      pool_->run("looking for letters under way", [](PostgresSession& session) {
        return session.query("SELECT letters FROM under_way");
      });
  return rows.empty() ? std::string() : rows.bytes(0, 0);
}

}  // namespace lostletter::store
