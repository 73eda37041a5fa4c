// SPDX-License-Identifier: Apache-2.0
#include "archive/recent.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

namespace lostletter::archive {
namespace {

TEST(Recent, KeepsTheLastOnes) {
  Recent recent(5000);
  for (std::uint64_t i = 0; i < 20'000; ++i) recent.add(i);
  EXPECT_TRUE(recent.contains(19'999));
  EXPECT_TRUE(recent.contains(15'000));
  EXPECT_FALSE(recent.contains(9'999));
  EXPECT_FALSE(recent.contains(20'000));
  EXPECT_EQ(recent.all().size(), 10'000);
}

// The same as a set, as long as nothing is old enough to be dropped.
TEST(Recent, IsASet) {
  std::mt19937 random(5);
  Recent recent(100'000);
  std::set<std::uint64_t> plain;
  for (int i = 0; i < 90'000; ++i) {
    const std::uint64_t hash = random() % 5000;
    if (random() % 3 == 0) {
      ASSERT_EQ(recent.take(hash), plain.erase(hash) > 0);
    } else {
      recent.add(hash);
      plain.insert(hash);
    }
    ASSERT_EQ(recent.contains(hash), plain.contains(hash));
  }
  EXPECT_EQ(recent.all(),
            std::vector<std::uint64_t>(plain.begin(), plain.end()));
}

}  // namespace
}  // namespace lostletter::archive
