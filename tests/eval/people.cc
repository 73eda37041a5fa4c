// SPDX-License-Identifier: Apache-2.0
#include "people.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "data.h"

namespace lostletter::eval {
namespace {

constexpr std::size_t kDraws = 1000;
constexpr std::size_t kEnoughPeople = 5;

Share sum_of(const ByPerson& shares) {
  Share all;
  for (const auto& [person, share] : shares) all += share;
  return all;
}

}  // namespace

Estimate pooled(const ByPerson& shares) {
  const Share all = sum_of(shares);
  if (shares.size() < kEnoughPeople) {
    return {all.value(), all.low(), all.high()};
  }
  std::vector<const Share*> people;
  for (const auto& [person, share] : shares) people.push_back(&share);
  Random random(1);
  std::vector<double> drawn;
  for (std::size_t draw = 0; draw < kDraws; ++draw) {
    Share some;
    for (std::size_t i = 0; i < people.size(); ++i) {
      some += *people[random.below(people.size())];
    }
    drawn.push_back(some.value());
  }
  std::ranges::sort(drawn);
  return {all.value(), drawn[kDraws / 40], drawn[kDraws - kDraws / 40 - 1]};
}

std::string to_string(const ByPerson& shares) {
  return sum_of(shares).of == 0 ? "-" : to_string(pooled(shares));
}

std::string to_string(const Estimate& found) {
  return fmt::format("{:.1f} % ({:.1f}-{:.1f})", 100 * found.value,
                     100 * found.low, 100 * found.high);
}

}  // namespace lostletter::eval
