// SPDX-License-Identifier: Apache-2.0
#include "store/sweep.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "store/correspondence_sql.h"

namespace lostletter::store {
namespace {

constexpr std::int64_t kStep = 500;  // rows a transaction
constexpr int kMostSteps = 40;       // a call

// Rows are read behind a key of up to three numbers, in its order: three key
// columns, whether the row is over (by ?4, seconds, or ?5, days), its weight.
struct Hand {
  std::string_view name;
  std::string_view read;
  std::string_view remove;
  bool are_edges;  // counted, and bounded in number
};
constexpr Hand kHands[] = {
    {"sweep.address",
     "SELECT owner, other, 0, last_at <= ?4, weight FROM address_exchanges"
     " WHERE (owner, other) > (?1, ?2) AND ?3 = ?3 AND ?5 = ?5"
     " ORDER BY owner, other LIMIT ?6",
     "DELETE FROM address_exchanges"
     " WHERE owner = ?1 AND other = ?2 AND ?3 = ?3",
     true},
    {"sweep.domain",
     "SELECT owner, other, 0, last_at <= ?4, weight FROM domain_exchanges"
     " WHERE (owner, other) > (?1, ?2) AND ?3 = ?3 AND ?5 = ?5"
     " ORDER BY owner, other LIMIT ?6",
     "DELETE FROM domain_exchanges"
     " WHERE owner = ?1 AND other = ?2 AND ?3 = ?3",
     true},
    {"sweep.together",
     "SELECT owner, low, high, last_day <= ?5, 0 FROM co_recipients"
     " WHERE (owner, low, high) > (?1, ?2, ?3) AND ?4 = ?4"
     " ORDER BY owner, low, high LIMIT ?6",
     "DELETE FROM co_recipients WHERE owner = ?1 AND low = ?2 AND high = ?3",
     false},
    {"sweep.lessons",
     "SELECT letter, owner, other, day <= ?5, 0 FROM lessons"
     " WHERE (letter, owner, other) > (?1, ?2, ?3) AND ?4 = ?4"
     " ORDER BY letter, owner, other LIMIT ?6",
     "DELETE FROM lessons WHERE letter = ?1 AND owner = ?2 AND other = ?3",
     false},
    {"sweep.beginnings",
     "SELECT owner, beginning, other, NOT EXISTS"
     "  (SELECT 1 FROM address_exchanges e"
     "   WHERE e.owner = b.owner AND e.other = b.other), 0"
     " FROM beginnings b WHERE (owner, beginning, other) > (?1, ?2, ?3)"
     " AND ?4 = ?4 AND ?5 = ?5 ORDER BY owner, beginning, other LIMIT ?6",
     "DELETE FROM beginnings"
     " WHERE owner = ?1 AND beginning = ?2 AND other = ?3",
     false},
    // Addresses that nobody exchanges letters with any more.
    {"sweep.names",
     "SELECT id, 0, 0, noted_at IS NULL"
     "  AND NOT EXISTS (SELECT 1 FROM address_exchanges e"
     "                  WHERE e.owner = 0 AND e.other = a.id)"
     "  AND NOT EXISTS (SELECT 1 FROM address_exchanges e"
     "                  WHERE e.owner = a.id), 0"
     " FROM addresses a WHERE id > ?1 AND ?2 = ?2 AND ?3 = ?3 AND ?4 = ?4"
     " AND ?5 = ?5 ORDER BY id LIMIT ?6",
     "DELETE FROM addresses WHERE id = ?1 AND ?2 = ?2 AND ?3 = ?3", false},
};

using Key = std::array<std::int64_t, 3>;

// Before every key: hashes of letters may be negative.
constexpr Key kStart = {INT64_MIN, 0, 0};

struct Row {
  Key key;
  bool over;
  double weight;
};

Key read_hand(Database& database, const Hand& hand) {
  auto row = database.query(
      "SELECT key1, key2, key3 FROM sweeps WHERE name = ?", hand.name);
  if (!row.step()) return kStart;
  return {row.integer(0), row.integer(1), row.integer(2)};
}

void save_hand(Database& database, const Hand& hand, const Key& key) {
  database
      .query(
          "INSERT INTO sweeps (name, key1, key2, key3) VALUES (?, ?, ?, ?)"
          " ON CONFLICT (name) DO UPDATE SET key1 = excluded.key1,"
          " key2 = excluded.key2, key3 = excluded.key3",
          hand.name, key[0], key[1], key[2])
      .run();
}

std::vector<Row> read_rows(Database& database, const Hand& hand, const Key& key,
                           Seconds cutoff) {
  std::vector<Row> rows;
  auto row = database.query(hand.read, key[0], key[1], key[2], cutoff,
                            std::int64_t{day_of(cutoff)}, kStep);
  while (row.step()) {
    rows.push_back({{row.integer(0), row.integer(1), row.integer(2)},
                    row.integer(3) != 0,
                    row.real(4)});
  }
  return rows;
}

// Beyond the bound, of these rows the same share as of all: the lightest.
void add_surplus(std::vector<Row>& rows, std::int64_t edges, std::size_t most) {
  const auto all = static_cast<double>(edges);
  const double surplus = all - static_cast<double>(most);
  if (surplus <= 0) return;
  const auto count = static_cast<std::ptrdiff_t>(std::min(
      std::ceil(surplus / all * static_cast<double>(rows.size())), surplus));
  std::ranges::partial_sort(rows, rows.begin() + count, {},
                            [](const Row& row) { return row.weight; });
  for (auto row = rows.begin(); row != rows.begin() + count; ++row) {
    row->over = true;
  }
}

struct Step {
  std::size_t removed = 0;
  bool round = false;  // the hand is back where it began
};

Step take_step(Connection& writer, const Hand& hand, Seconds cutoff,
               std::size_t most_edges) {
  const auto database = writer.take("removing old correspondence");
  Transaction transaction(*database);
  auto rows = read_rows(*database, hand, read_hand(*database, hand), cutoff);
  Step step;
  step.round = rows.size() < static_cast<std::size_t>(kStep);
  save_hand(*database, hand, step.round ? kStart : rows.back().key);
  const std::int64_t edges =
      hand.are_edges ? counter(*database, kEdges) : std::int64_t{0};
  if (hand.are_edges) add_surplus(rows, edges, most_edges);
  for (const Row& row : rows) {
    if (!row.over) continue;
    database->query(hand.remove, row.key[0], row.key[1], row.key[2]).run();
    ++step.removed;
  }
  if (hand.are_edges && step.removed > 0) {
    set_counter(*database, kEdges,
                edges - static_cast<std::int64_t>(step.removed));
  }
  transaction.commit();
  return step;
}

bool is_something_there(Connection& writer) {
  const auto database = writer.take("looking for old correspondence");
  return database->integer("SELECT EXISTS (SELECT 1 FROM addresses)") != 0;
}

}  // namespace

std::size_t sweep_correspondence(Connection& writer, Seconds now,
                                 const Retention& retention) {
  if (!is_something_there(writer)) return 0;
  const Seconds cutoff = now - retention.correspondence;
  std::size_t removed = 0;
  for (const Hand& hand : kHands) {
    for (int steps = 0; steps < kMostSteps; ++steps) {
      const Step step = take_step(writer, hand, cutoff, retention.most_edges);
      removed += step.removed;
      if (step.round) break;
    }
  }
  return removed;
}

}  // namespace lostletter::store
