// SPDX-License-Identifier: Apache-2.0
#include "exposure/rank.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace lostletter::exposure {
namespace {

// Sign, exponent and four bits more: of positive numbers the larger one has the
// larger bits.
constexpr int kShift = 48;

std::size_t class_of(double weight) {
  return std::bit_cast<std::uint64_t>(weight) >> kShift;
}

// The lightest class that may still be wanted. Sums differ in their last bits
// by the order of summing: hence a little more.
std::size_t find_last(const std::vector<Row>& rows, double wanted) {
  std::vector<double> sums(std::size_t{1} << (64 - kShift));
  for (const Row& row : rows) sums[class_of(row.weight)] += row.weight;
  double passed = 0;
  std::size_t last = sums.size();
  while (last > 0 && passed <= wanted * (1 + 1e-6)) passed += sums[--last];
  return last;
}

}  // namespace

std::vector<Ranked> rank(const std::vector<Row>& rows, double wanted) {
  const std::size_t last = find_last(rows, wanted);
  std::vector<Ranked> ranked;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (class_of(row.weight) >= last || row.neighbour != 0) {
      ranked.push_back({row.weight, static_cast<std::uint32_t>(i)});
    }
  }
  std::ranges::sort(ranked, [](const Ranked& one, const Ranked& other) {
    return one.weight != other.weight ? one.weight > other.weight
                                      : one.number < other.number;
  });
  return ranked;
}

}  // namespace lostletter::exposure
