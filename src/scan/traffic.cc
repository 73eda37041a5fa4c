// SPDX-License-Identifier: Apache-2.0
#include "scan/traffic.h"

#include <algorithm>
#include <string>
#include <utility>

namespace lostletter::scan {
namespace {

// A domain that several of us write to is a candidate even though it never
// answers: news, orders, a partner whose answers go another way. Typed, it is
// weighed by its silence all the same.
constexpr std::uint32_t kBusyLetters = 5;
constexpr std::uint32_t kBusySenders = 2;

// Of a sender with thousands of correspondents the first are enough.
constexpr std::size_t kMostSenders = 50;

// Keeps within memory whoever looks at names all over.
class Relief {
 public:
  void step() {
    if (++count_ % kStep == 0) LargeMemory::relieve();
  }

 private:
  static constexpr std::size_t kStep = std::size_t{1} << 6U;
  std::size_t count_ = 0;
};

Seconds time(std::uint32_t seconds) { return Seconds(Duration(seconds)); }

}  // namespace

guard::Exchange Exchanged::exchange() const {
  guard::Exchange exchange;
  exchange.sent = out.arrived();
  exchange.received = received;
  exchange.bounced = out.bounced;
  exchange.first = time(out.first);
  exchange.last = time(out.last);
  // Over the whole of the logs: what was right then is right.
  exchange.weight = double{1} * exchange.sent + received;
  return exchange;
}

Traffic::Traffic(const Ledger& ledger, const guard::Us& us)
    : ledger_(ledger), ours_(ledger.names().size() + 1) {
  const Names& names = ledger.names();
  resize_large(addresses_, names.size() + 1);
  resize_large(domains_, names.domains() + 1);
  Relief relief;
  for (Id id = 1; id <= names.size(); ++id) {
    relief.step();
    ours_[id] = us.has(names.address(id));
  }
  edges_.reserve(ledger.passed().size());  // at most
  ledger.passed().each([&](std::uint64_t key, const Passed& passed) {
    relief.step();
    add(high(key), low(key), passed);
  });
  std::ranges::sort(edges_, [&](const Edge& a, const Edge& b) {
    relief.step();
    return a.key() < b.key();
  });
  for (const Edge& edge : edges_) {
    relief.step();
    if (correspondents_.empty() || correspondents_.back() != edge.to) {
      correspondents_.push_back(edge.to);
    }
  }
  std::ranges::sort(correspondents_, [&](Id a, Id b) {
    relief.step();
    const Id there = names.domain_of(a);
    const Id other = names.domain_of(b);
    return there != other ? there < other : names.address(a) < names.address(b);
  });
  add_senders();
}

// Distinct senders of a domain.
void Traffic::add_senders() {
  Relief relief;
  Large<std::uint64_t> pairs;
  pairs.reserve(edges_.size());
  for (const Edge& edge : edges_) {
    relief.step();
    pairs.push_back(key_of(ledger_.names().domain_of(edge.to), edge.from));
  }
  std::ranges::sort(pairs, [&](std::uint64_t a, std::uint64_t b) {
    relief.step();
    return a < b;
  });
  std::uint64_t before = 0;
  for (const std::uint64_t pair : pairs) {
    relief.step();
    if (std::exchange(before, pair) != pair) ++domains_[high(pair)].senders;
  }
}

void Traffic::add(Id from, Id to, const Passed& passed) {
  const Names& names = ledger_.names();
  if (ours_[from] && !ours_[to]) {
    addresses_[to].out.add(passed);
    ++addresses_[to].senders;
    domains_[names.domain_of(to)].out.add(passed);
    edges_.push_back({to, from, passed});
  } else if (!ours_[from] && ours_[to]) {
    addresses_[from].received += passed.arrived();
    domains_[names.domain_of(from)].received += passed.arrived();
  }
}

std::span<const Traffic::Edge> Traffic::senders(Id to) const {
  const auto found = std::ranges::equal_range(edges_, to, {}, &Edge::to);
  return {found.begin(), found.end()};
}

// The correspondents of a domain.
std::span<const Id> Traffic::at(Id domain) const {
  const auto found = std::ranges::equal_range(
      correspondents_, domain, {},
      [this](Id id) { return ledger_.names().domain_of(id); });
  return {found.begin(), found.end()};
}

bool Traffic::is_candidate(Id domain) const {
  const Exchanged& there = domains_[domain];
  return there.is_two_way() ||
         (there.out.arrived() >= kBusyLetters && there.senders >= kBusySenders);
}

// By name: numbers are another thing in each run.
void Traffic::each_partner(const std::function<void(Partner)>& use) const {
  const Names& names = ledger_.names();
  Relief relief;
  // Where somebody answers the domain does.
  Large<Id> domains;
  for (Id domain = 1; domain <= names.domains(); ++domain) {
    relief.step();
    if (is_candidate(domain)) domains.push_back(domain);
  }
  std::ranges::sort(domains, {}, [&](Id domain) {
    relief.step();
    return names.domain(domain);
  });
  for (const Id domain : domains) {
    const std::string_view name = names.domain(domain);
    use({"", name, 0});
    for (const Id id : at(domain)) {
      relief.step();
      const Exchanged& one = addresses_[id];
      if (!one.is_two_way()) continue;
      use({names.local_part(id), name,
           double{1} * one.out.arrived() + one.received});
    }
  }
  LargeMemory::relieve();
}

guard::Relation Traffic::relation(Id address, Id domain) const {
  guard::Relation relation;
  if (address != 0) {
    relation.organisation_address = addresses_[address].exchange();
  }
  if (domain != 0) relation.organisation_domain = domains_[domain].exchange();
  return relation;
}

std::vector<Id> Traffic::busiest_senders(Id to) const {
  const auto all = senders(to);
  std::vector<const Edge*> busiest;
  for (const Edge& edge : all) busiest.push_back(&edge);
  if (all.size() > kMostSenders) {
    const Names& names = ledger_.names();
    std::ranges::sort(busiest, [&](const Edge* a, const Edge* b) {
      return a->passed.letters != b->passed.letters
                 ? a->passed.letters > b->passed.letters
                 : names.address(a->from) < names.address(b->from);
    });
    busiest.resize(kMostSenders);
  }
  std::vector<Id> ids;
  for (const Edge* edge : busiest) ids.push_back(edge->from);
  return ids;
}

// Looked for by the other: all that was exchanged with one lies together.
guard::Exchange Traffic::between(const std::vector<Id>& senders,
                                 Id other) const {
  Exchanged sum;
  for (const Id from : senders) {
    const std::uint64_t key = key_of(other, from);
    const auto out = std::ranges::lower_bound(edges_, key, {}, &Edge::key);
    if (out != edges_.end() && out->key() == key) sum.out.add(out->passed);
    sum.received += ledger_.passed().of(key).arrived();
  }
  return sum.exchange();
}

guard::Evidence Traffic::evidence(Id typed,
                                  const guard::Inquiry& inquiry) const {
  const Names& names = ledger_.names();
  guard::Evidence evidence;
  evidence.anything = true;
  evidence.typed = relation(typed, names.domain_of(typed));
  // Those who heard that it does not exist are the ones who wrote there.
  const guard::Exchange& all = evidence.typed.organisation_address;
  if (all.sent == 0 && all.bounced > 0) evidence.typed.person_address = all;
  const std::vector<Id> people = busiest_senders(typed);
  for (const std::string& other : inquiry.others) {
    const Id id = names.find(other);
    guard::Relation one;
    if (id != 0) {
      one = relation(id, names.domain_of(id));
      one.person_address = between(people, id);
    }
    evidence.others.push_back(std::move(one));
  }
  return evidence;
}

double Traffic::silent_share(std::uint32_t letters) const {
  std::uint32_t all = 0;
  std::uint32_t silent = 0;
  for (const Id id : correspondents_) {
    if (addresses_[id].out.arrived() < letters) continue;
    ++all;
    silent += addresses_[id].received == 0 ? 1 : 0;
  }
  // As if ten had been seen before, three of them silent: few are no measure.
  constexpr double kBefore = 10;
  constexpr double kSilentBefore = 3;
  return (silent + kSilentBefore) / (all + kBefore);
}

}  // namespace lostletter::scan
