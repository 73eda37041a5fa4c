// SPDX-License-Identifier: Apache-2.0
//
// One person erased. What they exchanged is taken out of the sums of their
// domain and of the organisation too. First what speaks of them, last their
// name: repeated after a failure, it finds what is left.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "store/correspondence_sql.h"
#include "store/sqlite_store.h"

namespace lostletter::store {
namespace {

constexpr std::size_t kStep = 500;  // rows a transaction

struct Edge {
  Kind kind;
  std::int64_t owner;
  std::int64_t other;
};

constexpr std::string_view kRemoveAddressEdge =
    "DELETE FROM address_exchanges WHERE owner = ? AND other = ?";
constexpr std::string_view kRemoveDomainEdge =
    "DELETE FROM domain_exchanges WHERE owner = ? AND other = ?";

// Within a transaction.
std::size_t remove_edge(Database& database, const Edge& edge) {
  database
      .query(
          edge.kind == Kind::kAddress ? kRemoveAddressEdge : kRemoveDomainEdge,
          edge.owner, edge.other)
      .run();
  const std::size_t removed = database.changes();
  set_counter(database, kEdges,
              counter(database, kEdges) - static_cast<std::int64_t>(removed));
  return removed;
}

// Out of a sum; one that is nothing then goes too.
void take_away(Database& database, const Edge& sum,
               const StoredExchange& part) {
  const auto before =
      find_exchange(database, sum.kind, sum.owner, sum.other, Seconds());
  if (before.exchange.is_none()) return;
  apply(database, sum.kind, sum.owner, sum.other,
        {.sent = -std::int64_t{part.exchange.sent},
         .received = -std::int64_t{part.exchange.received},
         .bounced = -std::int64_t{part.exchange.bounced},
         .weight = -part.weight});
  const auto after =
      find_exchange(database, sum.kind, sum.owner, sum.other, Seconds());
  if (after.exchange.is_none()) remove_edge(database, sum);
}

std::vector<Edge> read_edges(Database& database, Kind kind,
                             std::string_view sql, std::int64_t number) {
  std::vector<Edge> edges;
  auto row = database.query(sql, number);
  while (row.step()) edges.push_back({kind, row.integer(0), row.integer(1)});
  return edges;
}

// Runs `work` on each, so many in a transaction.
template <typename Items, typename Work>
void in_steps(Connection& writer, const Items& items, const Work& work) {
  for (std::size_t begin = 0; begin < items.size(); begin += kStep) {
    const auto database = writer.take("forgetting an address");
    Transaction transaction(*database);
    const std::size_t end = std::min(items.size(), begin + kStep);
    for (std::size_t i = begin; i < end; ++i) work(*database, items[i]);
    transaction.commit();
  }
}

// Until nothing more is removed; the SQL has a LIMIT of its own.
template <typename... Values>
std::size_t repeat(Connection& writer, std::string_view sql,
                   const Values&... values) {
  std::size_t removed = 0;
  while (true) {
    const auto database = writer.take("forgetting an address");
    Transaction transaction(*database);
    database->query(sql, values...).run();
    const std::size_t step = database->changes();
    transaction.commit();
    removed += step;
    if (step == 0) return removed;
  }
}

using Key = std::array<std::int64_t, 3>;

std::vector<Key> read_keys(Database& database, std::string_view sql,
                           std::int64_t number) {
  std::vector<Key> keys;
  auto row = database.query(sql, number);
  while (row.step()) {
    keys.push_back({row.integer(0), row.integer(1), row.integer(2)});
  }
  return keys;
}

}  // namespace

// Everything under one number: in exchanges, among co-recipients, in lessons.
std::size_t SqliteStore::forget_number(std::int64_t number,
                                       std::int64_t domain) {
  std::size_t removed = 0;
  std::vector<Edge> edges;
  const auto collect = [&](Kind kind, std::string_view sql) {
    const auto database = reader_->take("looking for an address");
    for (const Edge& edge : read_edges(*database, kind, sql, number)) {
      edges.push_back(edge);
    }
  };
  collect(Kind::kAddress,
          "SELECT owner, other FROM address_exchanges WHERE owner = ?");
  collect(Kind::kDomain,
          "SELECT owner, other FROM domain_exchanges WHERE owner = ?");
  collect(Kind::kAddress,
          "SELECT owner, other FROM address_exchanges"
          " WHERE other = ?1 AND owner <> ?1");
  in_steps(*writer_, edges, [&](Database& database, const Edge& edge) {
    const auto part =
        find_exchange(database, edge.kind, edge.owner, edge.other, Seconds());
    removed += remove_edge(database, edge);
    if (edge.owner == number) {
      take_away(database, {edge.kind, kOrganisation, edge.other}, part);
    } else if (edge.owner != kOrganisation) {
      take_away(database, {Kind::kDomain, edge.owner, domain}, part);
      take_away(database, {Kind::kDomain, kOrganisation, domain}, part);
    }
  });

  struct Table {
    std::string_view find;
    std::string_view remove;
  };
  constexpr Table kTables[] = {
      {"SELECT owner, low, high FROM co_recipients"
       " WHERE owner = ?1 OR low = ?1 OR high = ?1",
       "DELETE FROM co_recipients WHERE owner = ? AND low = ? AND high = ?"},
      {"SELECT letter, owner, other FROM lessons"
       " WHERE owner = ?1 OR other = ?1",
       "DELETE FROM lessons WHERE letter = ? AND owner = ? AND other = ?"},
      {"SELECT owner, beginning, other FROM beginnings"
       " WHERE owner = ?1 OR other = ?1",
       "DELETE FROM beginnings"
       " WHERE owner = ? AND beginning = ? AND other = ?"},
  };
  for (const Table& table : kTables) {
    const auto keys =
        read_keys(*reader_->take("looking for an address"), table.find, number);
    in_steps(*writer_, keys, [&](Database& database, const auto& key) {
      database.query(table.remove, key[0], key[1], key[2]).run();
      removed += database.changes();
    });
  }
  return removed;
}

// What the gate keeps of them: `login` when the local part is a login of ours.
std::size_t SqliteStore::forget_at_gate(std::string_view address,
                                        std::string_view login) {
  const std::string at_client = "/" + std::string(address);
  const std::string by_address = "login:" + std::string(address);
  const std::string by_login = "login:" + std::string(login);
  std::size_t removed = 0;
  for (const std::string_view sql :
       {"DELETE FROM questions WHERE rowid IN (SELECT rowid FROM questions"
        " WHERE lower(recipient) = ?1 OR lower(submitter) IN (?2, ?3)"
        " OR substr(lower(submitter), -length(?4)) = ?4 LIMIT 500)",
        "DELETE FROM confirmations WHERE rowid IN (SELECT rowid FROM"
        " confirmations WHERE lower(recipient) = ?1"
        " OR lower(submitter) IN (?2, ?3)"
        " OR substr(lower(submitter), -length(?4)) = ?4 LIMIT 500)",
        "DELETE FROM verdicts WHERE rowid IN (SELECT rowid FROM verdicts"
        " WHERE lower(recipient) = ?1 OR lower(submitter) IN (?2, ?3)"
        " OR substr(lower(submitter), -length(?4)) = ?4"
        " OR instr(lower(evidence), ?1) > 0 LIMIT 500)"}) {
    removed += repeat(*writer_, sql, address, std::string_view(by_address),
                      std::string_view(by_login), std::string_view(at_client));
  }
  return removed;
}

std::size_t SqliteStore::forget(std::string_view address) {
  write("forgetting an address");  // may it?
  const AddressParts parts = split_address(address);
  std::optional<std::int64_t> number;
  std::int64_t domain = 0;
  std::string login;
  {
    const auto database = reader_->take("looking for an address");
    domain = find_domain_number(*database, parts.domain).value_or(0);
    number = find_address_number(*database, parts.local_part, domain);
    login = login_of(*database, address);
  }
  std::size_t removed = forget_at_gate(ascii_lower(address), login);
  removed += held_.forget_held(address);
  // It may be in there, and nobody will miss the others.
  removed += repeat(*writer_, "DELETE FROM under_way WHERE letters <> x''");
  removed += repeat(*writer_,
                    "DELETE FROM lessons WHERE (letter, owner, other) IN"
                    " (SELECT letter, owner, other FROM lessons"
                    "  WHERE other = ? LIMIT 500)",
                    beside_mark(parts.local_part + '@' + parts.domain));
  removed += repeat(*writer_,
                    "DELETE FROM scores WHERE (person, recipient) IN"
                    " (SELECT person, recipient FROM scores"
                    "  WHERE person = ? OR recipient = ? LIMIT 500)",
                    std::string_view(ascii_lower(address)), score_key(address));
  if (number) {
    removed += forget_number(*number, domain);
    removed += repeat(*writer_, "DELETE FROM addresses WHERE id = ?", *number);
  }
  // Gone from the log of the database too.
  writer_->take("forgetting an address")
      ->query("PRAGMA wal_checkpoint(TRUNCATE)")
      .run();
  return removed;
}

}  // namespace lostletter::store
