// SPDX-License-Identifier: Apache-2.0
#include "lookalike/names.h"

#include <algorithm>
#include <cmath>

namespace lostletter::lookalike {
namespace {

int better_tier(int a, int b) {
  if (a < 0 || b < 0) return std::max(a, b);
  return std::min(a, b);
}

float better_rank(float a, float b) {
  if (a <= 0 || b <= 0) return std::max(a, b);
  return std::min(a, b);
}

int to_tier(double weight) {
  constexpr double kMost = Origins::kMostTier;
  // Not a number is the least likely tier.
  return static_cast<int>(
      std::lround(weight >= 0 ? std::min(weight, kMost) : kMost));
}

}  // namespace

void Origins::add(Source source, double weight) {
  switch (source) {
    case Source::kCurated:
      curated = better_tier(curated, to_tier(weight));
      break;
    case Source::kList:
      list = better_tier(list, to_tier(weight));
      break;
    case Source::kPopularity:
      rank = better_rank(rank, static_cast<float>(std::max(1.0, weight)));
      break;
    case Source::kKnown:
      known = true;
      break;
  }
}

void Origins::add(const Origins& other) {
  curated = better_tier(curated, other.curated);
  list = better_tier(list, other.list);
  rank = better_rank(rank, other.rank);
  known = known || other.known;
}

std::vector<KnownName> Origins::lines(const std::string& name) const {
  std::vector<KnownName> lines;
  each([&](Source source, double weight) {
    lines.push_back({name, source, weight});
  });
  return lines;
}

}  // namespace lostletter::lookalike
