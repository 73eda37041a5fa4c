// SPDX-License-Identifier: Apache-2.0
#include "scan/table.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace lostletter::scan {
namespace {

TEST(Table, IsAMapThatGrows) {
  Table<std::uint32_t> table;
  std::map<std::uint64_t, std::uint32_t> plain;
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto key = key_of(static_cast<std::uint32_t>(random() % 100),
                            static_cast<std::uint32_t>(random() % 200 + 1));
    ++table[key];
    ++plain[key];
  }
  EXPECT_EQ(table.size(), plain.size());
  std::map<std::uint64_t, std::uint32_t> all;
  table.each([&](std::uint64_t key, std::uint32_t value) { all[key] = value; });
  EXPECT_EQ(all, plain);
  for (const auto& [key, value] : plain) EXPECT_EQ(*table.find(key), value);
  EXPECT_EQ(table.find(key_of(100, 1)), nullptr);
}

TEST(Table, KnowsNothingAtFirst) {
  const Table<int> table;
  EXPECT_EQ(table.find(1), nullptr);
  EXPECT_EQ(table.size(), 0);
}

TEST(Table, KeysAreTwoNumbers) {
  EXPECT_EQ(high(key_of(3, 4)), 3);
  EXPECT_EQ(low(key_of(3, 4)), 4);
}

}  // namespace
}  // namespace lostletter::scan
