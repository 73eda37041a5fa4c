// SPDX-License-Identifier: Apache-2.0
#include "exposure/rank.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "exposure/large_pages.h"

namespace lostletter::exposure {
namespace {

// Exponent and four bits more: of positive numbers the larger one has the
// larger bits.
constexpr int kShift = 48;
constexpr std::size_t kClasses = std::size_t{1} << (63 - kShift);

std::size_t class_of(double weight) {
  return (std::bit_cast<std::uint64_t>(weight) >> kShift) % kClasses;
}

struct Class {
  double weight = 0;
  std::size_t rows = 0;
};
struct Last {
  std::size_t number = 0;  // of the class
  std::size_t rows = 0;    // of it and those above
};

// The lightest class that may still be wanted. Sums differ in their last bits
// by the order of summing: hence a little more.
Last find_last(const std::vector<Row>& rows, double wanted) {
  std::vector<Class> classes(kClasses);
  for (const Row& row : rows) {
    Class& one = classes[class_of(row.weight)];
    one.weight += row.weight;
    ++one.rows;
  }
  double passed = 0;
  Last last{classes.size(), 0};
  while (last.number > 0 && passed <= wanted * (1 + 1e-6)) {
    const Class& one = classes[--last.number];
    passed += one.weight;
    last.rows += one.rows;
  }
  return last;
}

}  // namespace

std::vector<Ranked> rank(const std::vector<Row>& rows, double wanted) {
  const Last last = find_last(rows, wanted);
  std::vector<Ranked> ranked;
  reserve_large(ranked, last.rows + last.rows / 8);  // and neighbours
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (class_of(row.weight) >= last.number || row.neighbour != 0) {
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
