// SPDX-License-Identifier: Apache-2.0
//
// The writing half of PostgresLearning.
#include <algorithm>

#include <fmt/format.h>

#include "store/postgres_learning.h"

namespace lostletter::store {
namespace {

struct Statements {
  std::string_view find;
  std::string_view insert;
  std::string_view add;
};
constexpr Statements kAddressStatements = {
    "SELECT e.owner, e.other FROM address_exchanges e"
    " JOIN unnest($1::bigint[], $2::bigint[]) AS q(owner, other)"
    " ON e.owner = q.owner AND e.other = q.other",
    "INSERT INTO address_exchanges (owner, other, sent, received, bounced,"
    "  first_at, last_at, weight)"
    " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[],"
    "  $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],"
    "  $8::double precision[])"
    " ON CONFLICT (owner, other) DO NOTHING",
    "INSERT INTO address_exchanges AS e (owner, other, sent, received, bounced,"
    "  first_at, last_at, weight)"
    " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[],"
    "  $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],"
    "  $8::double precision[])"
    " ON CONFLICT (owner, other) DO UPDATE SET"
    " sent = greatest(0, e.sent + excluded.sent),"
    " received = greatest(0, e.received + excluded.received),"
    " bounced = greatest(0, e.bounced + excluded.bounced),"
    " first_at = least(e.first_at, excluded.first_at),"
    " last_at = greatest(e.last_at, excluded.last_at),"
    " weight = greatest(0, e.weight + excluded.weight)"};
constexpr Statements kDomainStatements = {
    "SELECT e.owner, e.other FROM domain_exchanges e"
    " JOIN unnest($1::bigint[], $2::bigint[]) AS q(owner, other)"
    " ON e.owner = q.owner AND e.other = q.other",
    "INSERT INTO domain_exchanges (owner, other, sent, received, bounced,"
    "  first_at, last_at, weight)"
    " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[],"
    "  $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],"
    "  $8::double precision[])"
    " ON CONFLICT (owner, other) DO NOTHING",
    "INSERT INTO domain_exchanges AS e (owner, other, sent, received, bounced,"
    "  first_at, last_at, weight)"
    " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[],"
    "  $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],"
    "  $8::double precision[])"
    " ON CONFLICT (owner, other) DO UPDATE SET"
    " sent = greatest(0, e.sent + excluded.sent),"
    " received = greatest(0, e.received + excluded.received),"
    " bounced = greatest(0, e.bounced + excluded.bounced),"
    " first_at = least(e.first_at, excluded.first_at),"
    " last_at = greatest(e.last_at, excluded.last_at),"
    " weight = greatest(0, e.weight + excluded.weight)"};

const Statements& statements(Kind kind) {
  return kind == Kind::kAddress ? kAddressStatements : kDomainStatements;
}

[[noreturn]] void conflict(std::string_view what) {
  throw PostgresError(PostgresError::Kind::kConflict,
                      fmt::format("another guard learnt {} at once", what));
}

// Columns of exchanges, each an array.
struct Columns {
  std::vector<std::int64_t> owners, others, sent, received, bounced;
  std::vector<Seconds> first, last;
  std::vector<double> weights;
};

}  // namespace

// New ones, and those that came back.
void PostgresLearning::write_lessons() {
  struct {
    std::vector<std::int64_t> letters, owners, others, passages, days;
  } fresh, known;
  for (const auto& [key, state] : lessons_) {
    if (!state.changed) continue;
    auto& rows = state.known ? known : fresh;
    rows.letters.push_back(key.letter);
    rows.owners.push_back(key.owner);
    rows.others.push_back(key.other);
    rows.passages.push_back(state.passage);
    rows.days.push_back(state.day);
  }
  if (!fresh.letters.empty()) {
    const Rows rows = session_.query(
        "INSERT INTO lessons (letter, owner, other, passage, day)"
        " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[],"
        "  $4::bigint[], $5::bigint[])"
        " ON CONFLICT (letter, owner, other) DO NOTHING",
        fresh.letters, fresh.owners, fresh.others, fresh.passages, fresh.days);
    if (rows.changed() != fresh.letters.size()) conflict("a letter");
  }
  if (known.letters.empty()) return;
  session_.query(
      "UPDATE lessons l SET passage = q.passage"
      " FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])"
      "  AS q(letter, owner, other, passage)"
      " WHERE l.letter = q.letter AND l.owner = q.owner AND l.other = q.other",
      known.letters, known.owners, known.others, known.passages);
}

void PostgresLearning::write_marks() {
  if (marks_.empty()) return;
  std::vector<std::int64_t> letters;
  std::vector<std::int64_t> owners;
  std::vector<std::int64_t> others;
  std::vector<std::int64_t> days;
  for (const auto& [key, day] : marks_) {
    letters.push_back(key.letter);
    owners.push_back(key.owner);
    others.push_back(key.other);
    days.push_back(day);
  }
  session_.query(
      "INSERT INTO lessons (letter, owner, other, passage, day)"
      " SELECT l, o, t, $5::bigint, d FROM unnest($1::bigint[],"
      "  $2::bigint[], $3::bigint[], $4::bigint[]) AS q(l, o, t, d)"
      " ON CONFLICT (letter, owner, other) DO NOTHING",
      letters, owners, others, days, std::int64_t{kLearntReceived});
}

void PostgresLearning::insert_edges(Kind kind, const Edges& edges) {
  if (edges.empty()) return;
  Columns rows;
  for (const auto& [edge, by] : edges) {
    rows.owners.push_back(edge.owner);
    rows.others.push_back(edge.other);
    rows.sent.push_back(std::max<std::int64_t>(0, by.sent));
    rows.received.push_back(std::max<std::int64_t>(0, by.received));
    rows.bounced.push_back(std::max<std::int64_t>(0, by.bounced));
    rows.first.push_back(by.first);
    rows.last.push_back(by.last);
    rows.weights.push_back(std::max(0.0, by.weight));
  }
  const Rows done = session_.query(
      statements(kind).insert, rows.owners, rows.others, rows.sent,
      rows.received, rows.bounced, rows.first, rows.last, rows.weights);
  if (done.changed() != edges.size()) conflict("of an address");
  fresh_edges_ += static_cast<std::int64_t>(edges.size());
}

void PostgresLearning::add_to_edges(Kind kind, const Edges& edges) {
  if (edges.empty()) return;
  Columns rows;
  for (const auto& [edge, by] : edges) {
    rows.owners.push_back(edge.owner);
    rows.others.push_back(edge.other);
    rows.sent.push_back(by.sent);
    rows.received.push_back(by.received);
    rows.bounced.push_back(by.bounced);
    rows.first.push_back(by.first);
    rows.last.push_back(by.last);
    rows.weights.push_back(by.weight);
  }
  session_.query(statements(kind).add, rows.owners, rows.others, rows.sent,
                 rows.received, rows.bounced, rows.first, rows.last,
                 rows.weights);
}

void PostgresLearning::write_edges(Kind kind) {
  std::vector<std::int64_t> owners;
  std::vector<std::int64_t> others;
  for (const auto& [edge, by] : changes_) {
    if (edge.kind != kind) continue;
    owners.push_back(edge.owner);
    others.push_back(edge.other);
  }
  if (owners.empty()) return;
  const Rows rows = session_.query(statements(kind).find, owners, others);
  std::set<Edge> there;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    there.insert({kind, rows.integer(i, 0), rows.integer(i, 1)});
  }
  Edges fresh;
  Edges known;
  for (const auto& change : changes_) {
    if (change.first.kind != kind) continue;
    (there.contains(change.first) ? known : fresh).push_back(change);
  }
  insert_edges(kind, fresh);
  add_to_edges(kind, known);
  if (kind == Kind::kAddress) write_beginnings(fresh);
}

void PostgresLearning::write_beginnings(const Edges& fresh) {
  std::vector<std::int64_t> owners;
  std::vector<std::int64_t> beginnings;
  std::vector<std::int64_t> others;
  for (const auto& [edge, by] : fresh) {
    if (edge.owner == kOrganisation) continue;
    owners.push_back(edge.owner);
    beginnings.push_back(beginning_of(local_parts_.at(edge.other)));
    others.push_back(edge.other);
  }
  if (owners.empty()) return;
  session_.query(
      "INSERT INTO beginnings (owner, beginning, other)"
      " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])"
      " ON CONFLICT (owner, beginning, other) DO NOTHING",
      owners, beginnings, others);
}

void PostgresLearning::write_pairs() {
  if (pairs_.empty()) return;
  std::vector<std::int64_t> owners;
  std::vector<std::int64_t> lows;
  std::vector<std::int64_t> highs;
  std::vector<std::int64_t> letters;
  std::vector<std::int64_t> days;
  for (const auto& [pair, together] : pairs_) {
    owners.push_back(pair.owner);
    lows.push_back(pair.low);
    highs.push_back(pair.high);
    letters.push_back(together.letters);
    days.push_back(together.last_day);
  }
  session_.query(
      "INSERT INTO co_recipients AS c (owner, low, high, letters, last_day)"
      " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[],"
      "  $4::bigint[], $5::bigint[])"
      " ON CONFLICT (owner, low, high) DO UPDATE SET"
      " letters = c.letters + excluded.letters,"
      " last_day = greatest(c.last_day, excluded.last_day)",
      owners, lows, highs, letters, days);
}

// Last of all: every guard that learns waits for this row.
void PostgresLearning::count_edges() {
  if (fresh_edges_ == 0) return;
  session_.query(
      "INSERT INTO counters AS c (name, value) VALUES ($1, $2::bigint)"
      " ON CONFLICT (name) DO UPDATE SET value = c.value + excluded.value",
      kEdges, fresh_edges_);
}

}  // namespace lostletter::store
