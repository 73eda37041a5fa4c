// SPDX-License-Identifier: Apache-2.0
#include "exposure/rank.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>

#include "base/large_pages.h"

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
  std::size_t place = 0;  // in the list, of its next row
};

std::vector<Class> classes_of(const std::vector<Row>& rows) {
  std::vector<Class> classes(kClasses);
  for (const Row& row : rows) {
    Class& one = classes[class_of(row.weight)];
    one.weight += row.weight;
    ++one.rows;
  }
  return classes;
}

struct Last {
  std::size_t number = 0;  // of the class
  std::size_t rows = 0;    // of it and those above
};

// The lightest class that may still be wanted; it and those above get their
// places. Sums differ in their last bits by the order of summing: hence a
// little more.
Last find_last(std::vector<Class>& classes, double wanted) {
  double passed = 0;
  Last last{classes.size(), 0};
  while (last.number > 0 && passed <= wanted * (1 + 1e-6)) {
    Class& one = classes[--last.number];
    one.place = last.rows;
    passed += one.weight;
    last.rows += one.rows;
  }
  return last;
}

void sort(std::span<Ranked> ranked) {
  std::ranges::sort(ranked, [](const Ranked& one, const Ranked& other) {
    return one.weight != other.weight ? one.weight > other.weight
                                      : one.number < other.number;
  });
}

}  // namespace

// Each row goes to its class at once; then a class at a time, which the nearest
// memory has room for, is sorted.
std::vector<Ranked> rank(const std::vector<Row>& rows, double wanted) {
  std::vector<Class> classes = classes_of(rows);
  const Last last = find_last(classes, wanted);
  std::vector<Ranked> ranked;
  reserve_large(ranked, last.rows + last.rows / 8);  // and neighbours
  ranked.resize(last.rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const Ranked one{row.weight, static_cast<std::uint32_t>(i)};
    const std::size_t number = class_of(row.weight);
    if (number >= last.number) {
      ranked[classes[number].place++] = one;
    } else if (row.neighbour != 0) {
      ranked.push_back(one);
    }
  }
  for (std::size_t number = last.number; number < kClasses; ++number) {
    const Class& one = classes[number];
    if (one.rows > 1) sort({&ranked[one.place - one.rows], one.rows});
  }
  sort(std::span(ranked).subspan(last.rows));
  return ranked;
}

}  // namespace lostletter::exposure
