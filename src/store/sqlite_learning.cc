// SPDX-License-Identifier: Apache-2.0
//
// Correspondence written: learnt, noted, forgotten, expired. What may touch
// many rows goes in steps, so that it keeps nobody waiting.
#include <algorithm>
#include <array>
#include <vector>

#include "store/correspondence_sql.h"
#include "store/learning.h"
#include "store/sqlite_store.h"
#include "store/sweep.h"

namespace lostletter::store {

Learnt SqliteStore::learn(std::span<const guard::Lesson> lessons, Seconds now,
                          const Retention& retention) {
  const auto database = write("learning");
  Transaction transaction(*database);
  Learning learning(*database, now, retention.correspondence);
  for (const guard::Lesson& lesson : lessons) learning.learn(lesson);
  const Learnt learnt = learning.finish();
  transaction.commit();
  return learnt;
}

std::size_t SqliteStore::note(std::span<const guard::Correspondent> contacts,
                              Seconds now) {
  const auto database = write("noting addresses");
  Transaction transaction(*database);
  Learning learning(*database, now, Duration());
  const auto fresh =
      std::ranges::count_if(contacts, [&](const guard::Correspondent& contact) {
        return learning.note(contact);
      });
  learning.finish();
  transaction.commit();
  return static_cast<std::size_t>(fresh);
}

std::vector<std::string> SqliteStore::recipients_of(std::string_view letter,
                                                    std::string_view person) {
  const auto database = reader_->take("looking for a letter's recipients");
  const AddressParts parts = split_address(person);
  const auto domain = find_domain_number(*database, parts.domain);
  if (!domain) return {};
  const auto owner = find_address_number(*database, parts.local_part, *domain);
  if (!owner) return {};
  auto row = database->query(
      "SELECT a.local_part, d.name FROM lessons l"
      " JOIN addresses a ON a.id = l.other JOIN domains d ON d.id = a.domain"
      " WHERE l.letter = ? AND l.owner = ? AND l.passage <> ?",
      stable_hash(letter), *owner, std::int64_t{kLearntReceived});
  std::vector<std::string> found;
  while (row.step()) found.push_back(row.text(0) + '@' + row.text(1));
  std::ranges::sort(found);
  return found;
}

void SqliteStore::save_reading(const Reading& reading, Seconds at) {
  const auto database = write("saving what was learnt");
  Transaction transaction(*database);
  database
      ->query(
          "INSERT INTO readings (fingerprint, position, at) VALUES (?, ?, ?)"
          " ON CONFLICT (fingerprint) DO UPDATE SET"
          " position = excluded.position, at = excluded.at",
          std::string_view(reading.fingerprint),
          std::string_view(reading.position), at)
      .run();
  database
      ->query(
          "INSERT INTO under_way (id, letters, at) VALUES (1, ?, ?)"
          " ON CONFLICT (id) DO UPDATE SET letters = excluded.letters,"
          " at = excluded.at",
          Blob{reading.under_way}, at)
      .run();
  transaction.commit();
}

std::optional<std::string> SqliteStore::find_position(
    std::string_view fingerprint) {
  const auto database = reader_->take("looking for a learnt file");
  auto row = database->query(
      "SELECT position FROM readings WHERE fingerprint = ?", fingerprint);
  if (!row.step()) return std::nullopt;
  return row.text(0);
}

std::string SqliteStore::under_way() {
  const auto database = reader_->take("looking for letters under way");
  return database->text("SELECT letters FROM under_way");
}

}  // namespace lostletter::store
