// SPDX-License-Identifier: Apache-2.0
#include "base/large_pages.h"

#include <cstdint>
#include <filesystem>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/child_test.h"

namespace lostletter {
namespace {

using Large = std::vector<std::uint64_t, LargePages<std::uint64_t>>;

Large counted(std::size_t size) {
  Large numbers(size);
  std::iota(numbers.begin(), numbers.end(), 1);
  return numbers;
}
std::uint64_t sum(const Large& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0});
}

TEST(LargePages, HoldAnyNumber) {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{262'143}, std::size_t{262'144},
        std::size_t{3'000'001}}) {
    Large numbers = counted(size);
    numbers.push_back(0);  // moves
    EXPECT_EQ(sum(numbers), size * (size + 1) / 2);
  }
}

// In a process of its own: what is said once holds until it ends.
int spill_and_count() {
  constexpr std::uint64_t kArray = 16U << 20U;
  const std::uint64_t before = LargeMemory::resident().all;
  if (!LargeMemory::spill(std::filesystem::temp_directory_path(),
                          before + kArray)) {
    return 1;
  }
  std::vector<Large> all;
  for (int i = 0; i < 16; ++i) {
    all.push_back(counted(kArray / sizeof(std::uint64_t)));
    LargeMemory::relieve();
  }
#if !defined(__SANITIZE_THREAD__)  // remembers each byte that was touched
  if (LargeMemory::resident().all > before + 6 * kArray) return 2;
#endif
  for (const Large& numbers : all) {
    if (sum(numbers) !=
        std::uint64_t{1} * numbers.size() * (numbers.size() + 1) / 2) {
      return 3;
    }
    LargeMemory::relieve();
  }
  return 0;
}

TEST(LargePages, LeaveTheProcessAndComeBack) {
  in_child([] { EXPECT_EQ(spill_and_count(), 0); });
}

// What was given back below what is still in use stays with the heap until
// somebody asks for it.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
int fill_and_free() {
  constexpr std::uint64_t kAll = 64U << 20U;
  constexpr std::size_t kBlock = 1000;
  const std::uint64_t before = LargeMemory::resident().all;
  if (!LargeMemory::spill(std::filesystem::temp_directory_path(),
                          before + kAll / 4)) {
    return 1;
  }
  std::vector<std::vector<char>> blocks;
  for (std::size_t i = 0; i < kAll / kBlock; ++i) {
    blocks.emplace_back(kBlock, 'x');
  }
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i)
    blocks[i] = std::vector<char>();
  if (LargeMemory::resident().all < before + kAll / 2) return 2;
  LargeMemory::relieve();
  return LargeMemory::resident().all < before + kAll / 4 ? 0 : 3;
}

TEST(LargePages, WhatNobodyUsesGoesBack) {
  in_child([] { EXPECT_EQ(fill_and_free(), 0); });
}
#endif

TEST(LargePages, AFolderThatIsNotThere) {
  const auto done = LargeMemory::spill("/nonexistent/folder", 1);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message,
              testing::AllOf(testing::HasSubstr("/nonexistent/folder"),
                             testing::HasSubstr("No such file")));
}

}  // namespace
}  // namespace lostletter
