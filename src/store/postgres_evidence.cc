// SPDX-License-Identifier: Apache-2.0
//
// What is known of who writes to whom, read: at most eight statements a
// question, whatever there is, since each is a way to the server and back.
// store/sqlite_evidence.cc answers the same.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "store/correspondence_sql.h"
#include "store/past_letters.h"
#include "store/postgres_store.h"

namespace lostletter::store {
namespace {

using guard::Companion;
using guard::Evidence;
using guard::Exchange;
using guard::Inquiry;
using guard::Namesake;
using guard::Relation;

constexpr std::int64_t kMostAlike = 64;  // that are looked at
constexpr std::size_t kMostNamesakes = 3;
// Of one thread; more say nothing new.
constexpr std::size_t kMostOfThread = 64;

constexpr std::string_view kNumbers =
    "SELECT q.place, d.id, a.id, a.noted_at IS NOT NULL,"
    "  EXISTS (SELECT 1 FROM address_exchanges),"
    "  (SELECT count(*) FROM confirmations WHERE recipient = $4)"
    " FROM unnest($1::bigint[], $2::text[], $3::text[])"
    "  AS q(place, local_part, domain)"
    " LEFT JOIN domains d ON d.name = q.domain"
    " LEFT JOIN addresses a ON a.local_part = q.local_part"
    "  AND a.domain = d.id";

constexpr std::string_view kExchanges =
    "SELECT 0, owner, other, sent, received, bounced, first_at, last_at, weight"
    " FROM address_exchanges"
    " WHERE owner = ANY($1::bigint[]) AND other = ANY($2::bigint[])"
    " UNION ALL"
    " SELECT 1, owner, other, sent, received, bounced, first_at, last_at, "
    "weight"
    " FROM domain_exchanges"
    " WHERE owner = ANY($1::bigint[]) AND other = ANY($3::bigint[])";

// Three ways of being alike, each with so many looked at; of those, whom the
// person ($1) writes to, and colleagues of the first two ways.
constexpr std::string_view kAlike =
    "SELECT s.way, a.id, a.local_part, d.name, a.name, e.sent, e.received,"
    "  e.bounced, e.first_at, e.last_at, e.weight,"
    "  coalesce(e.sent, 0) = 0"
    " FROM ((SELECT 0 AS way, id, domain AS place FROM addresses"
    "   WHERE local_part = $2 ORDER BY domain LIMIT $5::bigint)"
    "  UNION ALL (SELECT 1, id, id FROM addresses"
    "   WHERE name_key = $3 AND name_key <> '' ORDER BY id LIMIT $5::bigint)"
    "  UNION ALL (SELECT 2, other, other FROM beginnings"
    "   WHERE owner = $1 AND beginning = $4 ORDER BY other LIMIT $5::bigint)"
    " ) s JOIN addresses a ON a.id = s.id JOIN domains d ON d.id = a.domain"
    " LEFT JOIN address_exchanges e ON e.owner = $1 AND e.other = a.id"
    " WHERE e.sent > 0 OR (s.way < 2 AND EXISTS"
    "  (SELECT 1 FROM address_exchanges c WHERE c.owner = a.id))"
    " ORDER BY s.way, s.place";

constexpr std::string_view kTogether =
    "SELECT owner, low, high, letters FROM co_recipients"
    " WHERE owner = ANY($1::bigint[]) AND"
    " ((low = $2::bigint AND high = ANY($3::bigint[]))"
    "  OR (high = $2::bigint AND low = ANY($3::bigint[])))";

// $2 addresses, $3 numbers of others.
constexpr std::string_view kCompany =
    "SELECT a.local_part || '@' || d.name, o.id, c.letters"
    " FROM addresses a JOIN domains d ON d.id = a.domain"
    " CROSS JOIN unnest($3::bigint[]) WITH ORDINALITY AS o(id, place)"
    " JOIN co_recipients c ON c.owner = $1::bigint"
    "  AND c.low = least(a.id, o.id) AND c.high = greatest(a.id, o.id)"
    " WHERE (a.local_part, d.name) IN"
    "  (SELECT substring(r from '^(.*)@[^@]*$'), substring(r from '[^@]*$')"
    "   FROM unnest($2::text[]) r)"
    " ORDER BY o.place";

constexpr std::string_view kUsual =
    "SELECT a.local_part, d.name, c.letters FROM"
    " (SELECT high AS other, letters FROM co_recipients"
    "   WHERE owner = $1::bigint AND low = $2::bigint AND letters >= $3::bigint"
    "  UNION ALL SELECT low, letters FROM co_recipients"
    "   WHERE owner = $1::bigint AND high = $2::bigint"
    "    AND letters >= $3::bigint) c"
    " JOIN addresses a ON a.id = c.other JOIN domains d ON d.id = a.domain"
    " ORDER BY c.letters DESC, a.id LIMIT $4::bigint";

constexpr std::string_view kPast =
    "SELECT letter, other FROM lessons WHERE owner = $1 AND passage = 0"
    " ORDER BY day DESC, letter, other LIMIT $2::bigint";

constexpr std::string_view kThread =
    "SELECT l.owner, l.other, o.domain, a.domain FROM lessons l"
    " LEFT JOIN addresses o ON o.id = l.owner"
    " LEFT JOIN addresses a ON a.id = l.other"
    " WHERE l.letter = ANY($1::bigint[]) LIMIT $2::bigint";

// An address as far as it is known; 0 is none, nobody's number.
struct Numbers {
  std::int64_t address = 0;
  std::int64_t domain = 0;
  bool noted = false;
};

class Reader {
 public:
  Reader(PostgresSession& session, const Inquiry& inquiry)
      : session_(session), inquiry_(inquiry) {}

  Evidence read() {
    find_numbers();
    find_exchanges();
    found_.typed = relation(typed());
    for (std::size_t i = 0; i < inquiry_.others.size(); ++i) {
      found_.others.push_back(relation(numbers_[2 + i]));
    }
    if (person() != 0) find_alike();
    find_company();
    if (person() != 0) find_past();
    if (inquiry_.whole && person() != 0) find_missing();
    find_thread();
    return std::move(found_);
  }

 private:
  const Numbers& typed() const { return numbers_[1]; }
  std::int64_t person() const {
    return inquiry_.person.empty() ? 0 : numbers_[0].address;
  }
  std::size_t companions() const {
    return std::min(inquiry_.together.size(), guard::kMostCompanions);
  }
  const Numbers& companion(std::size_t i) const {
    return numbers_[2 + inquiry_.others.size() + i];
  }

  // In one go: the person, the typed address, the others, the company.
  void find_numbers() {
    std::vector<std::string> all = {inquiry_.person, inquiry_.address};
    all.insert(all.end(), inquiry_.others.begin(), inquiry_.others.end());
    all.insert(
        all.end(), inquiry_.together.begin(),
        inquiry_.together.begin() + static_cast<std::ptrdiff_t>(companions()));
    numbers_.resize(all.size());
    std::vector<std::int64_t> places;
    std::vector<std::string> local_parts;
    std::vector<std::string> domains;
    for (const std::string& address : all) {
      const AddressParts parts = split_address(address);
      places.push_back(static_cast<std::int64_t>(places.size()));
      local_parts.push_back(key_text(parts.local_part));
      domains.push_back(key_text(parts.domain));
    }
    const AddressParts asked = split_address(inquiry_.address);
    const Rows rows =
        session_.query(kNumbers, places, local_parts, domains,
                       key_text(asked.local_part + '@' + asked.domain));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      numbers_[static_cast<std::size_t>(rows.integer(i, 0))] = {
          rows.integer(i, 2), rows.integer(i, 1), rows.truth(i, 3)};
      found_.anything = rows.truth(i, 4);
      found_.confirmed = static_cast<std::uint32_t>(rows.integer(i, 5));
    }
  }

  Exchange read_exchange(const Rows& rows, std::size_t row, int column) {
    Exchange exchange;
    exchange.sent = static_cast<std::uint32_t>(rows.integer(row, column));
    exchange.received =
        static_cast<std::uint32_t>(rows.integer(row, column + 1));
    exchange.bounced =
        static_cast<std::uint32_t>(rows.integer(row, column + 2));
    exchange.first = rows.time(row, column + 3);
    exchange.last = rows.time(row, column + 4);
    exchange.weight =
        guard::weight_at(rows.real(row, column + 5), inquiry_.now);
    return exchange;
  }

  void find_exchanges() {
    std::set<std::int64_t> addresses;
    std::set<std::int64_t> domains;
    for (std::size_t i = 1; i < numbers_.size(); ++i) {
      if (numbers_[i].address != 0) addresses.insert(numbers_[i].address);
      if (numbers_[i].domain != 0) domains.insert(numbers_[i].domain);
    }
    if (domains.empty()) return;
    const Rows rows = session_.query(
        kExchanges, owners(),
        std::vector<std::int64_t>(addresses.begin(), addresses.end()),
        std::vector<std::int64_t>(domains.begin(), domains.end()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Kind kind =
          rows.integer(i, 0) == 0 ? Kind::kAddress : Kind::kDomain;
      exchanges_[{kind, rows.integer(i, 1), rows.integer(i, 2)}] =
          read_exchange(rows, i, 3);
    }
  }

  std::vector<std::int64_t> owners() const {
    if (person() == 0) return {kOrganisation};
    return {kOrganisation, person()};
  }

  Exchange exchange(Kind kind, std::int64_t owner, std::int64_t other) const {
    const auto known = exchanges_.find({kind, owner, other});
    return known == exchanges_.end() ? Exchange() : known->second;
  }

  Relation relation(const Numbers& of) const {
    Relation found;
    found.organisation_domain =
        exchange(Kind::kDomain, kOrganisation, of.domain);
    found.organisation_address =
        exchange(Kind::kAddress, kOrganisation, of.address);
    found.noted = of.noted;
    if (person() == 0) return found;
    found.person_domain = exchange(Kind::kDomain, person(), of.domain);
    found.person_address = exchange(Kind::kAddress, person(), of.address);
    return found;
  }

  void find_alike() {
    const AddressParts parts = split_address(inquiry_.address);
    const Rows rows =
        session_.query(kAlike, person(), key_text(parts.local_part),
                       key_text(guard::name_key(inquiry_.name)),
                       beginning_of(parts.local_part), kMostAlike);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::int64_t number = rows.integer(i, 1);
      if (number == typed().address || number == person()) continue;
      if (rows.integer(i, 0) == 2) rivals_.push_back(number);
      auto& found = rows.integer(i, 0) == 2 ? found_.rivals : found_.namesakes;
      Namesake one = {rows.text(i, 2) + '@' + rows.text(i, 3), rows.text(i, 4),
                      read_exchange(rows, i, 5), rows.truth(i, 11)};
      const bool known = std::ranges::find(found, one.address,
                                           &Namesake::address) != found.end();
      if (!known) found.push_back(std::move(one));
    }
    for (auto* found : {&found_.namesakes, &found_.rivals}) {
      std::ranges::stable_sort(
          *found, std::ranges::greater(),
          [](const auto& of) { return of.with_person.weight; });
      if (found->size() > kMostNamesakes) found->resize(kMostNamesakes);
    }
    if (inquiry_.whole && !found_.rivals.empty()) find_company_of_rivals();
  }

  // Which of the others this person mostly writes to together with each.
  void find_company_of_rivals() {
    const std::size_t most = std::min(companions(), guard::kMostCompany);
    std::vector<std::string> rivals;
    std::vector<std::int64_t> others;
    for (const Namesake& one : found_.rivals) rivals.push_back(one.address);
    for (std::size_t i = 0; i < most; ++i) {
      others.push_back(companion(i).address);
    }
    const Rows rows = session_.query(kCompany, person(), rivals, others);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto rival = std::ranges::find(found_.rivals, rows.text(row, 0),
                                           &Namesake::address);
      const auto other = static_cast<std::size_t>(
          std::ranges::find(others, rows.integer(row, 1)) - others.begin());
      const auto letters = static_cast<std::uint32_t>(rows.integer(row, 2));
      if (rival == found_.rivals.end() || other == others.size() ||
          letters <= rival->company_letters) {
        continue;
      }
      rival->company = inquiry_.together[other];
      rival->company_letters = letters;
    }
  }

  void find_past() {
    std::vector<std::int64_t> together;
    for (std::size_t i = 0; i < companions(); ++i) {
      together.push_back(companion(i).address);
    }
    PastLetters letters(typed().address, together, rivals_);
    const Rows rows = session_.query(kPast, person(), kMostPastRows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!letters.add(rows.integer(i, 0), rows.integer(i, 1))) break;
    }
    found_.past = std::move(letters).finish();
  }

  void find_missing() {
    const std::uint32_t sent = found_.typed.person_address.sent;
    if (sent < guard::kUsualLetters) return;
    const Rows rows =
        session_.query(kUsual, person(), typed().address,
                       std::int64_t{guard::usual_from(sent)}, kMostAlike);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      store::add_missing({rows.text(i, 0) + '@' + rows.text(i, 1),
                          static_cast<std::uint32_t>(rows.integer(i, 2))},
                         inquiry_, found_.missing);
    }
  }

  void find_company() {
    std::vector<std::int64_t> others;
    for (std::size_t i = 0; i < companions(); ++i) {
      const std::int64_t other = companion(i).address;
      Companion& one = found_.together.emplace_back();
      if (other == 0) continue;
      others.push_back(other);
      one.with_organisation = exchange(Kind::kAddress, kOrganisation, other);
      if (person() != 0) {
        one.with_person = exchange(Kind::kAddress, person(), other);
      }
    }
    const std::int64_t mine = typed().address;
    if (mine == 0 || others.empty()) return;
    const Rows rows = session_.query(kTogether, owners(), mine, others);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::int64_t low = rows.integer(row, 1);
      const std::int64_t high = rows.integer(row, 2);
      const auto letters = static_cast<std::uint32_t>(rows.integer(row, 3));
      for (std::size_t i = 0; i < companions(); ++i) {
        if (companion(i).address != (low == mine ? high : low)) continue;
        Companion& one = found_.together[i];
        (rows.integer(row, 0) == kOrganisation ? one.organisation_letters
                                               : one.letters) = letters;
      }
    }
  }

  void find_thread() {
    const std::size_t most =
        std::min(inquiry_.thread.size(), guard::kMostThread);
    if (most == 0) return;
    std::vector<std::int64_t> letters;
    for (std::size_t i = 0; i < most; ++i) {
      letters.push_back(stable_hash(inquiry_.thread[i]));
    }
    const AddressParts parts = split_address(inquiry_.address);
    const std::int64_t address_mark =
        beside_mark(parts.local_part + '@' + parts.domain);
    const std::int64_t domain_mark = beside_mark('@' + parts.domain);
    guard::Thread& found = found_.thread;
    const Rows rows = session_.query(
        kThread, letters, static_cast<std::int64_t>(most * kMostOfThread));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      found.known = true;
      // Both sides of a letter are in its thread.
      for (const int side : {0, 1}) {
        const std::int64_t number = rows.integer(i, side);
        const std::int64_t domain = rows.integer(i, side + 2);
        found.address |= number == address_mark ||
                         (number != 0 && number == typed().address);
        found.domain |=
            number == domain_mark || (domain != 0 && domain == typed().domain);
      }
    }
  }

  PostgresSession& session_;
  const Inquiry& inquiry_;
  std::vector<Numbers> numbers_;
  std::vector<std::int64_t> rivals_;  // all of them
  std::map<std::tuple<Kind, std::int64_t, std::int64_t>, Exchange> exchanges_;
  Evidence found_;
};

}  // namespace

Evidence PostgresStore::find_evidence(const Inquiry& inquiry) {
  return pool_->run("looking at correspondence", [&](PostgresSession& session) {
    return Reader(session, inquiry).read();
  });
}

std::vector<Familiar> PostgresStore::familiar(std::size_t most, Seconds now) {
  const Rows rows = pool_->run(
      "reading correspondence",
      [&](PostgresSession& session) {
        return session.query(
            "SELECT a.local_part, d.name, coalesce(e.weight, 0),"
            "  a.noted_at IS NOT NULL OR e.received > 0"
            " FROM addresses a JOIN domains d ON d.id = a.domain"
            " LEFT JOIN address_exchanges e"
            "  ON e.owner = 0 AND e.other = a.id"
            " WHERE a.noted_at IS NOT NULL OR (e.sent > 0 AND e.received > 0)"
            "  OR (e.sent >= $2::bigint AND e.bounced = 0)"
            " ORDER BY 4 DESC, 3 DESC LIMIT $1::bigint",
            static_cast<std::int64_t>(most),
            static_cast<std::int64_t>(kOftenWritten));
      },
      PostgresPool::Patience::kPatient);
  std::vector<Familiar> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    found.push_back({rows.text(i, 0), rows.text(i, 1),
                     guard::weight_at(rows.real(i, 2), now), rows.truth(i, 3)});
  }
  return found;
}

Holdings PostgresStore::holdings() {
  const Rows rows = pool_->run(
      "counting correspondence",
      [](PostgresSession& session) {
        return session.query(
            "SELECT (SELECT count(*) FROM addresses),"
            " (SELECT count(*) FROM domains),"
            " (SELECT count(*) FROM address_exchanges)"
            "  + (SELECT count(*) FROM domain_exchanges),"
            " (SELECT count(*) FROM co_recipients),"
            " (SELECT count(*) FROM lessons)");
      },
      PostgresPool::Patience::kPatient);
  const auto count = [&](int column) {
    return static_cast<std::size_t>(rows.integer(0, column));
  };
  return {.addresses = count(0),
          .domains = count(1),
          .edges = count(2),
          .pairs = count(3),
          .lessons = count(4)};
}

}  // namespace lostletter::store
