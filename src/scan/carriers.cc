// SPDX-License-Identifier: Apache-2.0
#include "scan/carriers.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "domain/name.h"
#include "domain/suffix.h"

namespace lostletter::scan {
namespace {

// A host that takes the letters of so many of all names is a relay of ours.
constexpr double kNearlyAll = 0.9;
constexpr std::size_t kManyNames = 20;

std::string operator_of(std::string_view host) {
  const auto name = domain::Name::parse(host);
  if (!name) return std::string(host);  // an address
  const auto registrable = domain::registrable_domain(*name);
  return registrable.empty() ? name->unicode() : std::string(registrable);
}

}  // namespace

Carriers::Carriers(const Ledger& ledger, const guard::Us& us) {
  std::vector<Id> operators(ledger.hosts().size() + 1);
  for (Id host = 1; host <= ledger.hosts().size(); ++host) {
    operators[host] = names_.intern(operator_of(ledger.hosts().at(host)));
  }
  std::vector<Taken> all;
  all.reserve(ledger.relays().size());
  ledger.relays().each([&](std::uint64_t key, std::uint32_t count) {
    all.push_back({high(key), operators[low(key)], count});
  });
  sum_up(all);
  const auto ours = ways_out(all, us);
  for (const Taken& one : all) {
    if (ours[one.by]) continue;
    if (carriers_.empty() || carriers_.back().domain != one.domain) {
      carriers_.push_back(one);
    } else if (is_before(one, carriers_.back())) {
      carriers_.back() = one;
    }
  }
}

// One for each domain and operator, those of a domain together.
void Carriers::sum_up(std::vector<Taken>& all) {
  std::ranges::sort(
      all, {}, [](const Taken& one) { return key_of(one.domain, one.by); });
  std::size_t size = 0;
  for (const Taken& one : all) {
    Taken* const last = size == 0 ? nullptr : &all[size - 1];
    if (last != nullptr && last->domain == one.domain && last->by == one.by) {
      last->letters += one.letters;
    } else {
      all[size++] = one;
    }
  }
  all.resize(size);
}

// Whether an operator is one of us, or takes what goes to everybody.
std::vector<bool> Carriers::ways_out(const std::vector<Taken>& all,
                                     const guard::Us& us) const {
  std::vector<std::size_t> domains(names_.size() + 1);
  std::size_t every = 0;
  Id before = 0;
  for (const Taken& one : all) {
    ++domains[one.by];
    every += std::exchange(before, one.domain) == one.domain ? 0 : 1;
  }
  std::vector<bool> ours(names_.size() + 1);
  for (Id by = 1; by <= names_.size(); ++by) {
    ours[by] =
        us.has("postmaster@" + std::string(names_.at(by))) ||
        (every >= kManyNames && static_cast<double>(domains[by]) >
                                    kNearlyAll * static_cast<double>(every));
  }
  return ours;
}

// Of two that took as many it is the first by name.
bool Carriers::is_before(const Taken& a, const Taken& b) const {
  return a.letters != b.letters ? a.letters > b.letters
                                : names_.at(a.by) < names_.at(b.by);
}

std::string Carriers::of(Id domain) const {
  const auto found =
      std::ranges::lower_bound(carriers_, domain, {}, &Taken::domain);
  const bool is_told = found != carriers_.end() && found->domain == domain;
  return is_told ? std::string(names_.at(found->by)) : std::string();
}

}  // namespace lostletter::scan
