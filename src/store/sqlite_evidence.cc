// SPDX-License-Identifier: Apache-2.0
//
// What is known of who writes to whom, read. A question costs a bounded number
// of look-ups, whatever there is: where many have the same local part, that
// says nothing, and only the first ones are looked at.
#include <algorithm>
#include <queue>

#include "base/metrics.h"
#include "store/correspondence_sql.h"
#include "store/past_letters.h"
#include "store/sqlite_store.h"

namespace lostletter::store {
namespace {

using guard::Companion;
using guard::Evidence;
using guard::Inquiry;
using guard::Namesake;
using guard::Relation;

constexpr std::int64_t kMostAlike = 64;  // that are looked at
constexpr std::size_t kMostNamesakes = 3;

// Three ways of being alike (?2 a local part, ?3 a name, ?4 a beginning), each
// with so many looked at (?5); of those, whom the person ?1 writes to, and
// colleagues of the first two ways.
constexpr std::string_view kAlike =
    "SELECT s.way, s.id, e.sent, e.received, e.bounced, e.first_at, e.last_at,"
    "  coalesce(e.weight, 0)"
    " FROM (SELECT * FROM (SELECT 0 AS way, id, domain AS place FROM addresses"
    "   WHERE local_part = ?2 ORDER BY domain LIMIT ?5)"
    "  UNION ALL SELECT * FROM (SELECT 1, id, id FROM addresses"
    "   WHERE name_key = ?3 AND name_key <> '' ORDER BY id LIMIT ?5)"
    "  UNION ALL SELECT * FROM (SELECT 2, other, other FROM beginnings"
    "   WHERE owner = ?1 AND beginning = ?4 ORDER BY other LIMIT ?5)) s"
    " LEFT JOIN address_exchanges e ON e.owner = ?1 AND e.other = s.id"
    " WHERE e.sent > 0 OR (s.way < 2 AND EXISTS"
    "  (SELECT 1 FROM address_exchanges c WHERE c.owner = s.id))"
    " ORDER BY s.way, s.place";
constexpr std::string_view kAddress =
    "SELECT a.local_part || '@' || d.name, a.name"
    " FROM addresses a JOIN domains d ON d.id = a.domain WHERE a.id = ?";

// ?1 a person, ?2 whom they write to, ?3 how often at least.
constexpr std::string_view kUsual =
    "SELECT a.local_part || '@' || d.name, c.letters FROM"
    " (SELECT high AS other, letters FROM co_recipients"
    "   WHERE owner = ?1 AND low = ?2 AND letters >= ?3"
    "  UNION ALL SELECT low, letters FROM co_recipients"
    "   WHERE owner = ?1 AND high = ?2 AND letters >= ?3) c"
    " JOIN addresses a ON a.id = c.other JOIN domains d ON d.id = a.domain"
    " ORDER BY c.letters DESC, a.id LIMIT ?4";
// Letters of the person ?1.
constexpr std::string_view kPast =
    "SELECT letter, other FROM lessons WHERE owner = ?1 AND passage = 0"
    " ORDER BY day DESC, letter, other LIMIT ?2";
// Of one thread; more say nothing new.
constexpr std::int64_t kMostOfThread = 64;

// An address as far as it is known; 0 is none, nobody's number.
struct Numbers {
  std::int64_t address = 0;
  std::int64_t domain = 0;
  bool noted = false;
};
constexpr std::string_view kNumbers =
    "SELECT a.id, d.id, a.noted_at IS NOT NULL FROM domains d"
    " LEFT JOIN addresses a ON a.local_part = ?2 AND a.domain = d.id"
    " WHERE d.name = ?1";
// ?1 a person, or nobody: of them and of all of us.
constexpr std::string_view kWithAddress =
    "SELECT owner, sent, received, bounced, first_at, last_at, weight"
    " FROM address_exchanges WHERE owner IN (0, ?1) AND other = ?2";
constexpr std::string_view kWithDomain =
    "SELECT owner, sent, received, bounced, first_at, last_at, weight"
    " FROM domain_exchanges WHERE owner IN (0, ?1) AND other = ?2";

struct Alike {
  std::int64_t number = 0;
  guard::Exchange exchange;  // with the person
};

class Reader {
 public:
  Reader(Database& database, const Inquiry& inquiry)
      : database_(database),
        inquiry_(inquiry),
        person_(inquiry.person.empty() ? 0 : numbers(inquiry.person).address) {}

  Evidence read() {
    Evidence found;
    found.anything =
        database_.integer("SELECT EXISTS (SELECT 1 FROM address_exchanges)") !=
        0;
    const AddressParts parts = split_address(inquiry_.address);
    const Numbers typed = numbers(inquiry_.address);
    found.typed = relation(typed);
    found.confirmed = confirmed(parts);
    for (const std::string& other : inquiry_.others) {
      found.others.push_back(relation(numbers(other)));
    }
    find_together();
    if (person_ != 0) add_alike(typed, parts, found);
    add_company(typed, found.together);
    if (person_ != 0) found.past = past(typed);
    if (inquiry_.whole && person_ != 0) add_missing(typed, found);
    found.thread = thread(typed, parts);
    return found;
  }

 private:
  Numbers numbers(std::string_view address) {
    const AddressParts parts = split_address(address);
    auto row = database_.query(kNumbers, std::string_view(parts.domain),
                               std::string_view(parts.local_part));
    if (!row.step()) return {};
    return {row.integer(0), row.integer(1), row.integer(2) != 0};
  }

  std::uint32_t confirmed(const AddressParts& parts) {
    const std::string address = parts.local_part + '@' + parts.domain;
    auto row = database_.query(
        "SELECT count(*) FROM confirmations WHERE recipient = ?",
        std::string_view(address));
    row.step();
    return static_cast<std::uint32_t>(row.integer(0));
  }

  Relation relation(const Numbers& of) {
    Relation found;
    if (of.domain == 0) return found;
    read_both(kWithDomain, of.domain, found.person_domain,
              found.organisation_domain);
    if (of.address == 0) return found;
    read_both(kWithAddress, of.address, found.person_address,
              found.organisation_address);
    found.noted = of.noted;
    return found;
  }

  void read_both(std::string_view sql, std::int64_t other,
                 guard::Exchange& of_person, guard::Exchange& of_organisation) {
    auto row = database_.query(sql, person_, other);
    while (row.step()) {
      auto& of = row.integer(0) == kOrganisation ? of_organisation : of_person;
      of = store::read_exchange(row, 1, inquiry_.now).exchange;
    }
  }

  void add_alike(const Numbers& typed, const AddressParts& parts,
                 Evidence& found) {
    std::vector<Alike> namesakes;
    std::vector<Alike> rivals;
    const std::string name = guard::name_key(inquiry_.name);
    auto row = database_.query(
        kAlike, person_, std::string_view(parts.local_part),
        std::string_view(name), beginning_of(parts.local_part), kMostAlike);
    while (row.step()) {
      const std::int64_t number = row.integer(1);
      auto& alike = row.integer(0) == 2 ? rivals : namesakes;
      if (number == typed.address || number == person_ ||
          std::ranges::find(alike, number, &Alike::number) != alike.end()) {
        continue;
      }
      alike.push_back(
          {number, store::read_exchange(row, 2, inquiry_.now).exchange});
    }
    for (const Alike& one : rivals) rivals_.push_back(one.number);
    found.namesakes = likeliest(namesakes, [](auto, auto&) {});
    found.rivals = likeliest(rivals, [this](auto number, Namesake& rival) {
      if (inquiry_.whole) add_company_of(number, rival);
    });
  }

  // Those written to most; whoever is here without having been written to is a
  // colleague. Calls more(number, namesake) for each.
  template <typename More>
  std::vector<Namesake> likeliest(std::vector<Alike>& alike, const More& more) {
    std::ranges::stable_sort(alike, std::ranges::greater(),
                             [](const auto& of) { return of.exchange.weight; });
    if (alike.size() > kMostNamesakes) alike.resize(kMostNamesakes);
    std::vector<Namesake> found;
    for (const Alike& one : alike) {
      auto row = database_.query(kAddress, one.number);
      if (!row.step()) continue;
      found.push_back(
          {row.text(0), row.text(1), one.exchange, one.exchange.sent == 0});
      more(one.number, found.back());
    }
    return found;
  }

  void find_together() {
    const std::size_t most =
        std::min(inquiry_.together.size(), guard::kMostCompanions);
    for (std::size_t i = 0; i < most; ++i) {
      together_.push_back(numbers(inquiry_.together[i]).address);
    }
  }

  void add_company_of(std::int64_t number, Namesake& rival) {
    const std::size_t most = std::min(together_.size(), guard::kMostCompany);
    for (std::size_t i = 0; i < most; ++i) {
      const std::uint32_t letters =
          letters_to_both(person_, number, together_[i]);
      if (letters <= rival.company_letters) continue;
      rival.company = inquiry_.together[i];
      rival.company_letters = letters;
    }
  }

  void add_company(const Numbers& typed, std::vector<Companion>& found) {
    for (const std::int64_t other : together_) {
      Companion& one = found.emplace_back();
      if (other == 0) continue;
      read_both(kWithAddress, other, one.with_person, one.with_organisation);
      one.organisation_letters =
          letters_to_both(kOrganisation, typed.address, other);
      if (person_ == 0) continue;
      one.letters = letters_to_both(person_, typed.address, other);
    }
  }

  std::vector<guard::PastLetter> past(const Numbers& typed) {
    PastLetters letters(typed.address, together_, rivals_);
    auto row = database_.query(kPast, person_, kMostPastRows);
    while (row.step() && letters.add(row.integer(0), row.integer(1))) {
    }
    return std::move(letters).finish();
  }

  void add_missing(const Numbers& typed, Evidence& found) {
    const std::uint32_t sent = found.typed.person_address.sent;
    if (sent < guard::kUsualLetters) return;
    auto row =
        database_.query(kUsual, person_, typed.address,
                        std::int64_t{guard::usual_from(sent)}, kMostAlike);
    while (row.step()) {
      store::add_missing(
          {row.text(0), static_cast<std::uint32_t>(row.integer(1))}, inquiry_,
          found.missing);
    }
  }

  std::uint32_t letters_to_both(std::int64_t owner, std::int64_t a,
                                std::int64_t b) {
    if (a == 0) return 0;
    auto row = database_.query(
        "SELECT letters FROM co_recipients"
        " WHERE owner = ? AND low = ? AND high = ?",
        owner, std::min(a, b), std::max(a, b));
    return row.step() ? static_cast<std::uint32_t>(row.integer(0)) : 0;
  }

  guard::Thread thread(const Numbers& typed, const AddressParts& parts) {
    guard::Thread found;
    const std::int64_t address_mark =
        beside_mark(parts.local_part + '@' + parts.domain);
    const std::int64_t domain_mark = beside_mark('@' + parts.domain);
    const std::size_t most =
        std::min(inquiry_.thread.size(), guard::kMostThread);
    for (std::size_t i = 0; i < most; ++i) {
      // Both sides of a letter are in its thread.
      auto row = database_.query(
          "SELECT owner, other, (SELECT domain FROM addresses WHERE id = "
          "owner),"
          " (SELECT domain FROM addresses WHERE id = other)"
          " FROM lessons WHERE letter = ? LIMIT ?",
          stable_hash(inquiry_.thread[i]), kMostOfThread);
      while (row.step()) {
        found.known = true;
        for (const int side : {0, 1}) {
          const std::int64_t number = row.integer(side);
          const std::int64_t domain = row.integer(side + 2);
          found.address |= number == address_mark ||
                           (number != 0 && number == typed.address);
          found.domain |=
              number == domain_mark || (domain != 0 && domain == typed.domain);
        }
      }
    }
    return found;
  }

  Database& database_;
  const Inquiry& inquiry_;
  std::int64_t person_;
  std::vector<std::int64_t> rivals_;    // all of them
  std::vector<std::int64_t> together_;  // in the order of Inquiry::together
};

std::size_t count_rows(Database& database, std::string_view sql) {
  return static_cast<std::size_t>(database.integer(sql));
}

// So many addresses a turn: questions come between.
constexpr std::int64_t kTurn = 8192;

// ?1 < id <= ?2; ?3 letters are often. The addresses are the outer loop.
constexpr std::string_view kFamiliar =
    "SELECT a.local_part, d.name, coalesce(e.weight, 0),"
    "  a.noted_at IS NOT NULL OR e.received > 0"
    " FROM addresses a CROSS JOIN domains d ON d.id = a.domain"
    " LEFT JOIN address_exchanges e ON e.owner = 0 AND e.other = a.id"
    " WHERE a.id > ?1 AND a.id <= ?2 AND (a.noted_at IS NOT NULL"
    "  OR (e.sent > 0 AND e.received > 0)"
    "  OR (e.sent >= ?3 AND e.bounced = 0))";

// The heaviest of all that are added.
class Heaviest {
 public:
  Heaviest(std::size_t most, Seconds now) : most_(most), now_(now) {}

  void add(const Query& row) {
    Familiar one{.weight = guard::weight_at(row.real(2), now_),
                 .answers = row.integer(3) != 0};
    if (heap_.size() == most_ &&
        (most_ == 0 || !is_heavier(one, heap_.front()))) {
      return;
    }
    one.local_part = row.text(0);
    one.domain = row.text(1);
    heap_.push_back(std::move(one));
    std::ranges::push_heap(heap_, is_heavier);
    if (heap_.size() <= most_) return;
    std::ranges::pop_heap(heap_, is_heavier);
    heap_.pop_back();
  }
  std::vector<Familiar> finish() && {
    std::ranges::sort_heap(heap_, is_heavier);
    return std::move(heap_);
  }

 private:
  static bool is_heavier(const Familiar& a, const Familiar& b) {
    return a.answers != b.answers ? a.answers : a.weight > b.weight;
  }

  const std::size_t most_;
  const Seconds now_;
  std::vector<Familiar> heap_;  // the lightest of those kept is on top
};

}  // namespace

Evidence SqliteStore::find_evidence(const Inquiry& inquiry) {
  const auto database = reader_->take("looking at correspondence");
  // Of one moment, and the file is locked once for all that is looked up.
  const Snapshot snapshot(*database);
  return Reader(*database, inquiry).read();
}

std::vector<Familiar> SqliteStore::familiar(std::size_t most, Seconds now) {
  constexpr std::string_view kDoing = "reading correspondence";
  const std::int64_t last = reader_->take(kDoing)->integer(
      "SELECT coalesce(max(id), 0) FROM addresses");
  Heaviest heaviest(most, now);
  for (std::int64_t from = 0; from < last; from += kTurn) {
    const auto database = reader_->take(kDoing);
    auto row = database->query(kFamiliar, from, from + kTurn,
                               static_cast<std::int64_t>(kOftenWritten));
    while (row.step()) heaviest.add(row);
  }
  return std::move(heaviest).finish();
}

Holdings SqliteStore::holdings() {
  const auto database = reader_->take("counting correspondence");
  Holdings found;
  found.addresses = count_rows(*database, "SELECT count(*) FROM addresses");
  found.domains = count_rows(*database, "SELECT count(*) FROM domains");
  found.edges =
      count_rows(*database, "SELECT count(*) FROM address_exchanges") +
      count_rows(*database, "SELECT count(*) FROM domain_exchanges");
  found.pairs = count_rows(*database, "SELECT count(*) FROM co_recipients");
  found.lessons = count_rows(*database, "SELECT count(*) FROM lessons");
  return found;
}

std::optional<Evidence> StoredCorrespondence::ask(const Inquiry& inquiry) {
  try {
    return store_.find_evidence(inquiry);
  } catch (const std::exception&) {
    count(Metric::kStoreErrors);
    return std::nullopt;
  }
}

}  // namespace lostletter::store
