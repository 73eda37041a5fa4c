// SPDX-License-Identifier: Apache-2.0
#include "scan/carriers.h"

#include <set>
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
  std::vector<std::string> operators(ledger.hosts().size() + 1);
  for (Id host = 1; host <= ledger.hosts().size(); ++host) {
    operators[host] = operator_of(ledger.hosts().at(host));
  }
  std::map<std::pair<Id, std::string_view>, std::uint64_t> letters;
  std::map<std::string_view, std::set<Id>> names;
  std::set<Id> all;
  ledger.relays().each([&](std::uint64_t key, std::uint32_t count) {
    const std::string& name = operators[low(key)];
    letters[{high(key), name}] += count;
    names[name].insert(high(key));
    all.insert(high(key));
  });
  const auto is_our_way_out = [&](std::string_view name) {
    return us.has("postmaster@" + std::string(name)) ||
           (all.size() >= kManyNames &&
            static_cast<double>(names[name].size()) >
                kNearlyAll * static_cast<double>(all.size()));
  };
  // In the order of names: of two that took as many it is the first.
  for (const auto& [key, count] : letters) {
    Carrier& carrier = carriers_[key.first];
    if (count <= carrier.letters || is_our_way_out(key.second)) continue;
    carrier = {count, std::string(key.second)};
  }
}

std::string Carriers::of(Id domain) const {
  const auto found = carriers_.find(domain);
  return found == carriers_.end() ? std::string() : found->second.name;
}

}  // namespace lostletter::scan
