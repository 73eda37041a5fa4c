// SPDX-License-Identifier: Apache-2.0
#include "store/correspondence_sql.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "mail/address.h"

namespace lostletter::store {
namespace {

struct Statements {
  std::string_view find;
  std::string_view update;
  std::string_view insert;
};
constexpr Statements kAddressStatements = {
    "SELECT sent, received, bounced, first_at, last_at, weight"
    " FROM address_exchanges WHERE owner = ? AND other = ?",
    "UPDATE address_exchanges SET sent = ?3, received = ?4, bounced = ?5,"
    " first_at = ?6, last_at = ?7, weight = ?8 WHERE owner = ?1 AND other = ?2",
    "INSERT INTO address_exchanges (owner, other, sent, received, bounced,"
    " first_at, last_at, weight) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr Statements kDomainStatements = {
    "SELECT sent, received, bounced, first_at, last_at, weight"
    " FROM domain_exchanges WHERE owner = ? AND other = ?",
    "UPDATE domain_exchanges SET sent = ?3, received = ?4, bounced = ?5,"
    " first_at = ?6, last_at = ?7, weight = ?8 WHERE owner = ?1 AND other = ?2",
    "INSERT INTO domain_exchanges (owner, other, sent, received, bounced,"
    " first_at, last_at, weight) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};

const Statements& statements(Kind kind) {
  return kind == Kind::kAddress ? kAddressStatements : kDomainStatements;
}

// What was learnt as sent may have been forgotten before it came back.
std::uint32_t add(std::uint32_t count, std::int64_t change) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(std::int64_t{count} + change, 0,
                               std::numeric_limits<std::uint32_t>::max()));
}

std::optional<std::int64_t> first_integer(Query row) {
  if (!row.step()) return std::nullopt;
  return row.integer(0);
}

}  // namespace

AddressParts split_address(std::string_view address) {
  const std::string lower = ascii_lower(address);
  const auto begin = mail::find_domain(lower);
  if (!begin) return {lower, ""};
  return {lower.substr(0, *begin - 1), lower.substr(*begin)};
}

std::optional<std::int64_t> find_domain_number(Database& database,
                                               std::string_view name) {
  return first_integer(
      database.query("SELECT id FROM domains WHERE name = ?", name));
}

std::optional<std::int64_t> find_address_number(Database& database,
                                                std::string_view local_part,
                                                std::int64_t domain) {
  return first_integer(database.query(
      "SELECT id FROM addresses WHERE local_part = ? AND domain = ?",
      local_part, domain));
}

// FNV-1a, finished as splitmix64 does.
std::string login_of(Database& database, std::string_view address) {
  const AddressParts parts = split_address(address);
  const auto domain = find_domain_number(database, parts.domain).value_or(0);
  const auto number = find_address_number(database, parts.local_part, domain);
  const bool is_ours =
      number &&
      database.query("SELECT 1 FROM address_exchanges WHERE owner = ?", *number)
          .step();
  return is_ours ? parts.local_part : ascii_lower(address);
}

std::int64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  hash = (hash ^ (hash >> 30U)) * 0xBF58476D1CE4E5B9U;
  hash = (hash ^ (hash >> 27U)) * 0x94D049BB133111EBU;
  return static_cast<std::int64_t>(hash ^ (hash >> 31U));
}

std::int64_t beside_mark(std::string_view text) {
  constexpr std::int64_t kSign = std::numeric_limits<std::int64_t>::min();
  return stable_hash(text) | kSign;
}

std::int64_t beginning_of(std::string_view local_part) {
  const std::u32string text = decode_utf8(local_part).value_or(U"");
  std::int64_t number = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    number = number << 21 | (i < text.size() ? std::int64_t{text[i]} : 0);
  }
  return number;
}

std::int32_t day_of(Seconds time) {
  return static_cast<std::int32_t>(
      std::chrono::floor<std::chrono::days>(time).time_since_epoch().count());
}

StoredExchange read_exchange(const Query& row, int column, Seconds now) {
  StoredExchange found;
  guard::Exchange& exchange = found.exchange;
  exchange.sent = static_cast<std::uint32_t>(row.integer(column));
  exchange.received = static_cast<std::uint32_t>(row.integer(column + 1));
  exchange.bounced = static_cast<std::uint32_t>(row.integer(column + 2));
  exchange.first = row.time(column + 3);
  exchange.last = row.time(column + 4);
  found.weight = row.real(column + 5);
  exchange.weight = guard::weight_at(found.weight, now);
  return found;
}

StoredExchange find_exchange(Database& database, Kind kind, std::int64_t owner,
                             std::int64_t other, Seconds now) {
  auto row = database.query(statements(kind).find, owner, other);
  return row.step() ? read_exchange(row, 0, now) : StoredExchange();
}

int apply(Database& database, Kind kind, std::int64_t owner, std::int64_t other,
          const Change& change) {
  auto [exchange, weight] =
      find_exchange(database, kind, owner, other, Seconds());
  const bool known = exchange.last != Seconds();
  const Seconds first =
      known ? std::min(exchange.first, change.first) : change.first;
  const auto write = [&](std::string_view sql) {
    database
        .query(sql, owner, other, std::int64_t{add(exchange.sent, change.sent)},
               std::int64_t{add(exchange.received, change.received)},
               std::int64_t{add(exchange.bounced, change.bounced)}, first,
               std::max(exchange.last, change.last),
               std::max(0.0, weight + change.weight))
        .run();
  };
  write(known ? statements(kind).update : statements(kind).insert);
  return known ? 0 : 1;
}

void add_missing(guard::Missing one, const guard::Inquiry& inquiry,
                 std::vector<guard::Missing>& found) {
  if (found.size() < guard::kMostMissing &&
      !ascii_iequals(inquiry.person, one.address) &&
      !guard::is_together(inquiry, one.address)) {
    found.push_back(std::move(one));
  }
}

std::int64_t counter(Database& database, std::string_view name) {
  return first_integer(
             database.query("SELECT value FROM counters WHERE name = ?", name))
      .value_or(0);
}

void set_counter(Database& database, std::string_view name,
                 std::int64_t value) {
  database
      .query(
          "INSERT INTO counters (name, value) VALUES (?, ?)"
          " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
          name, value)
      .run();
}

}  // namespace lostletter::store
