// SPDX-License-Identifier: Apache-2.0
#include "exposure/rank.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace lostletter::exposure {
namespace {

std::vector<Row> random_rows(std::size_t number, std::mt19937& random) {
  std::vector<Row> rows(number);
  for (Row& row : rows) {
    row.weight = std::ldexp(1 + static_cast<double>(random() % 4),
                            -static_cast<int>(random() % 60));
    if (random() % 50 == 0) row.weight = 0;
    row.neighbour = random() % 20 == 0;
  }
  return rows;
}

// The plain statement: all of them, sorted; read until `wanted` has passed, and
// of what follows the neighbours.
std::vector<std::uint32_t> read_plainly(const std::vector<Row>& rows,
                                        double wanted) {
  std::vector<std::uint32_t> all(rows.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = static_cast<std::uint32_t>(i);
  }
  std::ranges::stable_sort(all, [&](std::uint32_t one, std::uint32_t other) {
    return rows[one].weight > rows[other].weight;
  });
  std::vector<std::uint32_t> read;
  double passed = 0;
  for (const std::uint32_t number : all) {
    if (passed < wanted || rows[number].neighbour) read.push_back(number);
    passed += rows[number].weight;
  }
  return read;
}

std::vector<std::uint32_t> read_ranked(const std::vector<Row>& rows,
                                       double wanted) {
  std::vector<std::uint32_t> read;
  double passed = 0;
  for (const Ranked& one : rank(rows, wanted)) {
    EXPECT_EQ(one.weight, rows[one.number].weight);
    if (passed < wanted || rows[one.number].neighbour) {
      read.push_back(one.number);
    }
    passed += one.weight;
  }
  return read;
}

TEST(Rank, IsTheSortedListAsFarAsItIsRead) {
  std::mt19937 random(7);
  for (std::size_t number = 0; number < 400; ++number) {
    const auto rows = random_rows(number, random);
    double all = 0;
    for (const Row& row : rows) all += row.weight;
    for (const double mass : {0.0, 0.3, 0.9, 0.99, 0.999999, 1.0, 2.0}) {
      ASSERT_EQ(read_ranked(rows, mass * all), read_plainly(rows, mass * all))
          << number << " rows, " << mass;
    }
  }
}

TEST(Rank, LeavesOutWhatNobodyReads) {
  std::mt19937 random(7);
  auto rows = random_rows(10'000, random);
  for (Row& row : rows) row.neighbour = false;
  double all = 0;
  for (const Row& row : rows) all += row.weight;
  EXPECT_LT(rank(rows, 0.9 * all).size(), rows.size() / 2);
}

}  // namespace
}  // namespace lostletter::exposure
