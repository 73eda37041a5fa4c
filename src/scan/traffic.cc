// SPDX-License-Identifier: Apache-2.0
#include "scan/traffic.h"

#include <algorithm>
#include <string>
#include <tuple>

namespace lostletter::scan {
namespace {

// A domain that several of us write to is a candidate even though it never
// answers: news, orders, a partner whose answers go another way. Typed, it is
// weighed by its silence all the same.
constexpr std::uint32_t kBusyLetters = 5;
constexpr std::uint32_t kBusySenders = 2;

// Of a sender with thousands of correspondents the first are enough.
constexpr std::size_t kMostSenders = 50;

constexpr std::size_t kStep = std::size_t{1} << 14U;  // to keep within memory

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
    : ledger_(ledger),
      ours_(ledger.names().size() + 1),
      addresses_(ledger.names().size() + 1),
      domains_(ledger.names().domains() + 1) {
  const Names& names = ledger.names();
  for (Id id = 1; id <= names.size(); ++id) {
    if (id % kStep == 0) LargeMemory::relieve();
    ours_[id] = us.has(names.address(id));
  }
  ledger.passed().each([this](std::uint64_t key, const Passed& passed) {
    add(high(key), low(key), passed);
  });
  std::ranges::sort(edges_, [&](const Edge& a, const Edge& b) {
    if (a.to != b.to) return a.to < b.to;
    if (a.letters != b.letters) return a.letters > b.letters;
    return names.address(a.from) < names.address(b.from);
  });
  // Distinct senders of a domain: by the same order, seen from the domain.
  Large<std::pair<Id, Id>> pairs;
  pairs.reserve(edges_.size());
  for (const Edge& edge : edges_) {
    pairs.emplace_back(names.domain_of(edge.to), edge.from);
    if (correspondents_.empty() || correspondents_.back() != edge.to) {
      correspondents_.push_back(edge.to);
    }
  }
  std::ranges::sort(pairs);
  const auto [end, last] = std::ranges::unique(pairs);
  pairs.erase(end, last);
  for (const auto& [domain, from] : pairs) ++domains_[domain].senders;
  std::ranges::sort(correspondents_, {}, [&](Id id) {
    return std::tuple(names.domain(names.domain_of(id)), names.address(id));
  });
}

void Traffic::add(Id from, Id to, const Passed& passed) {
  const Names& names = ledger_.names();
  if (ours_[from] && !ours_[to]) {
    addresses_[to].out.add(passed);
    ++addresses_[to].senders;
    domains_[names.domain_of(to)].out.add(passed);
    edges_.push_back({to, from, passed.letters});
  } else if (!ours_[from] && ours_[to]) {
    addresses_[from].received += passed.arrived();
    domains_[names.domain_of(from)].received += passed.arrived();
  }
}

std::span<const Traffic::Edge> Traffic::senders(Id to) const {
  const auto found = std::ranges::equal_range(edges_, to, {}, &Edge::to);
  return {found.begin(), found.end()};
}

void Traffic::each_partner(const std::function<void(Partner)>& use) const {
  const Names& names = ledger_.names();
  Id before = 0;
  std::size_t count = 0;
  for (const Id id : correspondents_) {
    if (++count % kStep == 0) LargeMemory::relieve();
    const Id domain = names.domain_of(id);
    const Exchanged& there = domains_[domain];
    const std::string_view name = names.domain(domain);
    if (domain != before &&
        (there.is_two_way() || (there.out.arrived() >= kBusyLetters &&
                                there.senders >= kBusySenders))) {
      use({"", name, 0});
    }
    before = domain;
    const Exchanged& one = addresses_[id];
    if (one.is_two_way()) {
      use({names.local_part(id), name,
           double{1} * one.out.arrived() + one.received});
    }
  }
}

guard::Relation Traffic::relation(Id address, Id domain) const {
  guard::Relation relation;
  if (address != 0) {
    relation.organisation_address = addresses_[address].exchange();
  }
  if (domain != 0) relation.organisation_domain = domains_[domain].exchange();
  return relation;
}

guard::Exchange Traffic::of_senders(std::span<const Edge> senders,
                                    Id other) const {
  Exchanged sum;
  for (const Edge& edge :
       senders.first(std::min(senders.size(), kMostSenders))) {
    if (const auto* out = ledger_.passed().find(key_of(edge.from, other))) {
      sum.out.add(*out);
    }
    if (const auto* in = ledger_.passed().find(key_of(other, edge.from))) {
      sum.received += in->arrived();
    }
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
  for (const std::string& other : inquiry.others) {
    const Id id = names.find(other);
    guard::Relation one;
    if (id != 0) {
      one = relation(id, names.domain_of(id));
      one.person_address = of_senders(senders(typed), id);
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
