// SPDX-License-Identifier: Apache-2.0
//
// Old rows removed, as store/sweep.cc does it for SQLite: a hand goes round
// each table, so many rows a step, and remembers where it was. Two guards that
// sweep at once take turns at the row of the hand.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "store/correspondence_sql.h"
#include "store/postgres_store.h"

namespace lostletter::store {
namespace {

constexpr std::int64_t kStep = 500;  // rows a transaction
constexpr int kMostSteps = 40;       // a call

// Rows are read behind a key of up to three numbers ($1 to $3), in its order:
// three key columns, whether the row is over (by $4, seconds, or $5, days), its
// weight.
struct Hand {
  std::string_view name;
  std::string_view read;
  std::string_view remove;
  bool are_edges;  // counted, and bounded in number
};
constexpr Hand kHands[] = {
    {"sweep.address",
     "SELECT owner, other, 0, last_at <= $4::bigint, weight"
     " FROM address_exchanges WHERE (owner, other) > ($1::bigint, $2::bigint)"
     " AND $3::bigint IS NOT NULL AND $5::bigint IS NOT NULL"
     " ORDER BY owner, other LIMIT $6::bigint",
     "DELETE FROM address_exchanges t"
     " USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS q(a, b, c)"
     " WHERE t.owner = q.a AND t.other = q.b",
     true},
    {"sweep.domain",
     "SELECT owner, other, 0, last_at <= $4::bigint, weight"
     " FROM domain_exchanges WHERE (owner, other) > ($1::bigint, $2::bigint)"
     " AND $3::bigint IS NOT NULL AND $5::bigint IS NOT NULL"
     " ORDER BY owner, other LIMIT $6::bigint",
     "DELETE FROM domain_exchanges t"
     " USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS q(a, b, c)"
     " WHERE t.owner = q.a AND t.other = q.b",
     true},
    {"sweep.together",
     "SELECT owner, low, high, last_day <= $5::bigint, 0 FROM co_recipients"
     " WHERE (owner, low, high) > ($1::bigint, $2::bigint, $3::bigint)"
     " AND $4::bigint IS NOT NULL ORDER BY owner, low, high LIMIT $6::bigint",
     "DELETE FROM co_recipients t"
     " USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS q(a, b, c)"
     " WHERE t.owner = q.a AND t.low = q.b AND t.high = q.c",
     false},
    {"sweep.lessons",
     "SELECT letter, owner, other, day <= $5::bigint, 0 FROM lessons"
     " WHERE (letter, owner, other) > ($1::bigint, $2::bigint, $3::bigint)"
     " AND $4::bigint IS NOT NULL"
     " ORDER BY letter, owner, other LIMIT $6::bigint",
     "DELETE FROM lessons t"
     " USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS q(a, b, c)"
     " WHERE t.letter = q.a AND t.owner = q.b AND t.other = q.c",
     false},
    {"sweep.beginnings",
     "SELECT owner, beginning, other, NOT EXISTS"
     "  (SELECT 1 FROM address_exchanges e"
     "   WHERE e.owner = b.owner AND e.other = b.other), 0"
     " FROM beginnings b"
     " WHERE (owner, beginning, other) > ($1::bigint, $2::bigint, $3::bigint)"
     " AND $4::bigint IS NOT NULL AND $5::bigint IS NOT NULL"
     " ORDER BY owner, beginning, other LIMIT $6::bigint",
     "DELETE FROM beginnings t"
     " USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS q(a, b, c)"
     " WHERE t.owner = q.a AND t.beginning = q.b AND t.other = q.c",
     false},
    // Addresses that nobody exchanges letters with any more.
    {"sweep.names",
     "SELECT id, 0, 0, noted_at IS NULL"
     "  AND NOT EXISTS (SELECT 1 FROM address_exchanges e"
     "                  WHERE e.owner = 0 AND e.other = a.id)"
     "  AND NOT EXISTS (SELECT 1 FROM address_exchanges e"
     "                  WHERE e.owner = a.id), 0"
     " FROM addresses a WHERE id > $1::bigint"
     " AND $2::bigint IS NOT NULL AND $3::bigint IS NOT NULL"
     " AND $4::bigint IS NOT NULL AND $5::bigint IS NOT NULL"
     " ORDER BY id LIMIT $6::bigint",
     "DELETE FROM addresses t"
     " USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS q(a, b, c)"
     " WHERE t.id = q.a",
     false},
};

using Key = std::array<std::int64_t, 3>;

// Before every key: hashes of letters may be negative.
constexpr Key kStart = {INT64_MIN, 0, 0};

struct Row {
  Key key;
  bool over;
  double weight;
};

Key read_hand(PostgresSession& session, const Hand& hand) {
  const Rows rows = session.query(
      "SELECT key1, key2, key3 FROM sweeps WHERE name = $1 FOR UPDATE",
      hand.name);
  if (rows.empty()) return kStart;
  return {rows.integer(0, 0), rows.integer(0, 1), rows.integer(0, 2)};
}

void save_hand(PostgresSession& session, const Hand& hand, const Key& key) {
  session.query(
      "INSERT INTO sweeps (name, key1, key2, key3) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (name) DO UPDATE SET key1 = excluded.key1,"
      " key2 = excluded.key2, key3 = excluded.key3",
      hand.name, key[0], key[1], key[2]);
}

std::vector<Row> read_rows(PostgresSession& session, const Hand& hand,
                           const Key& key, Seconds cutoff) {
  const Rows found = session.query(hand.read, key[0], key[1], key[2], cutoff,
                                   std::int64_t{day_of(cutoff)}, kStep);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < found.size(); ++i) {
    rows.push_back(
        {{found.integer(i, 0), found.integer(i, 1), found.integer(i, 2)},
         found.truth(i, 3),
         found.real(i, 4)});
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

std::size_t remove_rows(PostgresSession& session, const Hand& hand,
                        const std::vector<Row>& rows) {
  std::array<std::vector<std::int64_t>, 3> keys;
  for (const Row& row : rows) {
    if (!row.over) continue;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      keys[i].push_back(row.key[i]);
    }
  }
  if (keys[0].empty()) return 0;
  return session.query(hand.remove, keys[0], keys[1], keys[2]).changed();
}

std::int64_t count_edges(PostgresSession& session) {
  const Rows rows = session.query(
      "SELECT value FROM counters WHERE name = $1 FOR UPDATE", kEdges);
  return rows.empty() ? 0 : rows.integer(0, 0);
}

struct Step {
  std::size_t removed = 0;
  bool round = false;  // the hand is back where it began
};

Step take_step(PostgresSession& session, const Hand& hand, Seconds cutoff,
               std::size_t most_edges) {
  const Key key = read_hand(session, hand);
  auto rows = read_rows(session, hand, key, cutoff);
  Step step;
  step.round = rows.size() < static_cast<std::size_t>(kStep);
  const Key next = step.round ? kStart : rows.back().key;
  if (next != key) save_hand(session, hand, next);
  if (hand.are_edges) add_surplus(rows, count_edges(session), most_edges);
  step.removed = remove_rows(session, hand, rows);
  if (hand.are_edges && step.removed > 0) {
    session.query(
        "UPDATE counters SET value = value - $2::bigint WHERE name = $1",
        kEdges, static_cast<std::int64_t>(step.removed));
  }
  return step;
}

bool is_something_there(PostgresPool& pool) {
  return pool.run(
      "looking for old correspondence", [](PostgresSession& session) {
        return session.query("SELECT EXISTS (SELECT 1 FROM addresses)")
            .truth(0, 0);
      });
}

}  // namespace

std::size_t sweep_correspondence(PostgresPool& pool, Seconds now,
                                 const Retention& retention) {
  if (!is_something_there(pool)) return 0;
  const Seconds cutoff = now - retention.correspondence;
  std::size_t removed = 0;
  for (const Hand& hand : kHands) {
    for (int steps = 0; steps < kMostSteps; ++steps) {
      const Step step = pool.transact(
          "removing old correspondence", [&](PostgresSession& session) {
            return take_step(session, hand, cutoff, retention.most_edges);
          });
      removed += step.removed;
      if (step.round) break;
    }
  }
  return removed;
}

}  // namespace lostletter::store
