// SPDX-License-Identifier: Apache-2.0
//
// One person erased. What they exchanged is taken out of the sums of their
// domain and of the organisation too. First what speaks of them, last their
// name: repeated after a failure, it finds what is left. The server keeps old
// rows until it has vacuumed, and in its log and backups for as long as it is
// told to (docs/operations/cluster.md).
#include <string>
#include <vector>

#include "base/text.h"
#include "store/correspondence_sql.h"
#include "store/postgres_store.h"

namespace lostletter::store {
namespace {

constexpr std::string_view kDoing = "forgetting an address";

using Patience = PostgresPool::Patience;

// Exchanges that are gone, to be taken out of sums.
struct Parts {
  std::vector<std::int64_t> owners, others, sent, received, bounced;
  std::vector<double> weights;

  void add(std::int64_t owner, std::int64_t other, const Rows& rows,
           std::size_t row) {
    owners.push_back(owner);
    others.push_back(other);
    sent.push_back(rows.integer(row, 2));
    received.push_back(rows.integer(row, 3));
    bounced.push_back(rows.integer(row, 4));
    weights.push_back(rows.real(row, 5));
  }
};

struct Sums {
  std::string_view take;
  std::string_view remove;  // those that are nothing then
};
constexpr Sums kAddressSums = {
    "UPDATE address_exchanges e SET sent = greatest(0, e.sent - q.sent),"
    " received = greatest(0, e.received - q.received),"
    " bounced = greatest(0, e.bounced - q.bounced),"
    " weight = greatest(0, e.weight - q.weight)"
    " FROM (SELECT owner, other, sum(sent)::bigint AS sent,"
    "  sum(received)::bigint AS received, sum(bounced)::bigint AS bounced,"
    "  sum(weight) AS weight FROM unnest($1::bigint[], $2::bigint[],"
    "  $3::bigint[], $4::bigint[], $5::bigint[], $6::double precision[])"
    "  AS u(owner, other, sent, received, bounced, weight)"
    "  GROUP BY owner, other) q"
    " WHERE e.owner = q.owner AND e.other = q.other",
    "DELETE FROM address_exchanges e"
    " USING unnest($1::bigint[], $2::bigint[]) AS q(owner, other)"
    " WHERE e.owner = q.owner AND e.other = q.other"
    " AND e.sent = 0 AND e.received = 0 AND e.bounced = 0"};
constexpr Sums kDomainSums = {
    "UPDATE domain_exchanges e SET sent = greatest(0, e.sent - q.sent),"
    " received = greatest(0, e.received - q.received),"
    " bounced = greatest(0, e.bounced - q.bounced),"
    " weight = greatest(0, e.weight - q.weight)"
    " FROM (SELECT owner, other, sum(sent)::bigint AS sent,"
    "  sum(received)::bigint AS received, sum(bounced)::bigint AS bounced,"
    "  sum(weight) AS weight FROM unnest($1::bigint[], $2::bigint[],"
    "  $3::bigint[], $4::bigint[], $5::bigint[], $6::double precision[])"
    "  AS u(owner, other, sent, received, bounced, weight)"
    "  GROUP BY owner, other) q"
    " WHERE e.owner = q.owner AND e.other = q.other",
    "DELETE FROM domain_exchanges e"
    " USING unnest($1::bigint[], $2::bigint[]) AS q(owner, other)"
    " WHERE e.owner = q.owner AND e.other = q.other"
    " AND e.sent = 0 AND e.received = 0 AND e.bounced = 0"};

std::int64_t take_away(PostgresSession& session, const Sums& sums,
                       const Parts& parts) {
  if (parts.owners.empty()) return 0;
  session.query(sums.take, parts.owners, parts.others, parts.sent,
                parts.received, parts.bounced, parts.weights);
  return static_cast<std::int64_t>(
      session.query(sums.remove, parts.owners, parts.others).changed());
}

void count_removed(PostgresSession& session, std::int64_t edges) {
  session.query(
      "UPDATE counters SET value = value - $2::bigint WHERE name = $1", kEdges,
      edges);
}

// One step: removes edges, takes them out of the sums; how many were removed,
// sums that became nothing not counted.
using Step = std::size_t (*)(PostgresSession& session, std::int64_t number,
                             std::int64_t domain);

std::size_t own_addresses(PostgresSession& session, std::int64_t number,
                          std::int64_t /*domain*/) {
  const Rows rows = session.query(
      "DELETE FROM address_exchanges WHERE (owner, other) IN"
      " (SELECT owner, other FROM address_exchanges"
      "  WHERE owner = $1 ORDER BY other LIMIT 500)"
      " RETURNING owner, other, sent, received, bounced, weight",
      number);
  Parts parts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    parts.add(kOrganisation, rows.integer(i, 1), rows, i);
  }
  const auto sums = take_away(session, kAddressSums, parts);
  count_removed(session, static_cast<std::int64_t>(rows.size()) + sums);
  return rows.size();
}

std::size_t own_domains(PostgresSession& session, std::int64_t number,
                        std::int64_t /*domain*/) {
  const Rows rows = session.query(
      "DELETE FROM domain_exchanges WHERE (owner, other) IN"
      " (SELECT owner, other FROM domain_exchanges"
      "  WHERE owner = $1 ORDER BY other LIMIT 500)"
      " RETURNING owner, other, sent, received, bounced, weight",
      number);
  Parts parts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    parts.add(kOrganisation, rows.integer(i, 1), rows, i);
  }
  const auto sums = take_away(session, kDomainSums, parts);
  count_removed(session, static_cast<std::int64_t>(rows.size()) + sums);
  return rows.size();
}

// What others exchanged with them; the row of the organisation with them too.
std::size_t others_with(PostgresSession& session, std::int64_t number,
                        std::int64_t domain) {
  const Rows rows = session.query(
      "DELETE FROM address_exchanges WHERE (owner, other) IN"
      " (SELECT owner, other FROM address_exchanges"
      "  WHERE other = $1 ORDER BY owner LIMIT 500)"
      " RETURNING owner, other, sent, received, bounced, weight",
      number);
  Parts parts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t owner = rows.integer(i, 0);
    if (owner == kOrganisation) continue;
    parts.add(owner, domain, rows, i);
    parts.add(kOrganisation, domain, rows, i);
  }
  const auto sums = take_away(session, kDomainSums, parts);
  count_removed(session, static_cast<std::int64_t>(rows.size()) + sums);
  return rows.size();
}

constexpr std::string_view kRowsOfNumber[] = {
    "DELETE FROM co_recipients WHERE (owner, low, high) IN"
    " (SELECT owner, low, high FROM co_recipients"
    "  WHERE owner = $1 OR low = $1 OR high = $1 LIMIT 500)",
    "DELETE FROM lessons WHERE (letter, owner, other) IN"
    " (SELECT letter, owner, other FROM lessons"
    "  WHERE owner = $1 OR other = $1 LIMIT 500)",
    "DELETE FROM beginnings WHERE (owner, beginning, other) IN"
    " (SELECT owner, beginning, other FROM beginnings"
    "  WHERE owner = $1 OR other = $1 LIMIT 500)",
};

// Until nothing is left. Whole tables are searched: it takes its time.
template <typename... Values>
std::size_t remove_all(PostgresPool& pool, std::string_view sql,
                       const Values&... values) {
  std::size_t removed = 0;
  while (true) {
    const std::size_t step = pool.run(
        kDoing,
        [&](PostgresSession& session) {
          return session.query(sql, values...).changed();
        },
        Patience::kPatient);
    removed += step;
    if (step == 0) return removed;
  }
}

std::size_t forget_number(PostgresPool& pool, std::int64_t number,
                          std::int64_t domain) {
  std::size_t removed = 0;
  for (const Step step : {own_addresses, own_domains, others_with}) {
    while (true) {
      const std::size_t rows = pool.transact(
          kDoing,
          [&](PostgresSession& session) {
            return step(session, number, domain);
          },
          Patience::kPatient);
      removed += rows;
      if (rows == 0) break;
    }
  }
  for (const std::string_view sql : kRowsOfNumber) {
    removed += remove_all(pool, sql, number);
  }
  return removed;
}

// Letter case of ASCII only, whatever the locale of the database.
#define LOWER(column)              \
  "translate(" column              \
  ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'" \
  ", 'abcdefghijklmnopqrstuvwxyz')"
#define SPEAKS_OF                                                \
  LOWER("recipient")                                             \
  " = $1 OR " LOWER("submitter") " IN ($2, $3) OR right(" LOWER( \
      "submitter") ", length($4)) = $4"

constexpr std::string_view kAtGate[] = {
    "DELETE FROM questions WHERE (submitter, recipient) IN"
    " (SELECT submitter, recipient FROM questions WHERE " SPEAKS_OF
    "  LIMIT 500)",
    "DELETE FROM confirmations WHERE (submitter, recipient) IN"
    " (SELECT submitter, recipient FROM confirmations WHERE " SPEAKS_OF
    "  LIMIT 500)",
    "DELETE FROM verdicts WHERE id IN"
    " (SELECT id FROM verdicts WHERE " SPEAKS_OF
    "  OR position($1 IN " LOWER("evidence") ") > 0 LIMIT 500)",
};
#undef SPEAKS_OF
#undef LOWER

// What the gate keeps of them: `login` when the local part is a login of ours.
std::size_t forget_at_gate(PostgresPool& pool, std::string_view address,
                           std::string_view login) {
  const std::string at_client = "/" + std::string(address);
  const std::string by_address = "login:" + std::string(address);
  const std::string by_login = "login:" + std::string(login);
  std::size_t removed = 0;
  for (const std::string_view sql : kAtGate) {
    removed += remove_all(pool, sql, address, by_address, by_login, at_client);
  }
  return removed;
}

struct Found {
  std::int64_t number = 0;
  std::int64_t domain = 0;
  bool is_ours = false;
};

Found find(PostgresPool& pool, const AddressParts& parts) {
  return pool.run("looking for an address", [&](PostgresSession& session) {
    const Rows rows = session.query(
        "SELECT a.id, a.domain, EXISTS"
        "  (SELECT 1 FROM address_exchanges e WHERE e.owner = a.id)"
        " FROM addresses a JOIN domains d ON d.id = a.domain"
        " WHERE a.local_part = $1 AND d.name = $2",
        key_text(parts.local_part), key_text(parts.domain));
    if (rows.empty()) return Found();
    return Found{rows.integer(0, 0), rows.integer(0, 1), rows.truth(0, 2)};
  });
}

}  // namespace

std::size_t PostgresStore::forget(std::string_view address) {
  const AddressParts parts = split_address(address);
  const std::string lower = ascii_lower(address);
  const Found found = find(*pool_, parts);
  std::size_t removed =
      forget_at_gate(*pool_, lower, found.is_ours ? parts.local_part : lower);
  removed += held_.forget_held(address);
  // It may be in there, and nobody will miss the others.
  removed +=
      remove_all(*pool_, "DELETE FROM under_way WHERE length(letters) > 0");
  removed += remove_all(*pool_,
                        "DELETE FROM lessons WHERE (letter, owner, other) IN"
                        " (SELECT letter, owner, other FROM lessons"
                        "  WHERE other = $1 LIMIT 500)",
                        beside_mark(parts.local_part + '@' + parts.domain));
  removed += remove_all(*pool_,
                        "DELETE FROM scores WHERE (person, recipient) IN"
                        " (SELECT person, recipient FROM scores"
                        "  WHERE person = $1 OR recipient = $2 LIMIT 500)",
                        key_text(lower), score_key(address));
  if (found.number == 0) return removed;
  removed += forget_number(*pool_, found.number, found.domain);
  return removed + remove_all(*pool_, "DELETE FROM addresses WHERE id = $1",
                              found.number);
}

}  // namespace lostletter::store
