// SPDX-License-Identifier: Apache-2.0
#include "scan/chunked.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

namespace lostletter::scan {
namespace {

// Of a size that is no power of two as well.
template <typename T>
class ChunkedTest : public testing::Test {};
using Types = testing::Types<std::uint64_t, std::array<std::uint64_t, 3>>;
TYPED_TEST_SUITE(ChunkedTest, Types);

std::uint64_t value_of(std::uint64_t value) { return value; }
std::uint64_t value_of(const std::array<std::uint64_t, 3>& value) {
  return value[2];
}

TYPED_TEST(ChunkedTest, IsAnArray) {
  constexpr std::size_t kMany = 700'000;  // several chunks of either
  Chunked<TypeParam> numbers;
  EXPECT_EQ(numbers.size(), 0);
  for (std::size_t i = 0; i < kMany; ++i) {
    TypeParam value{};
    if constexpr (std::is_same_v<TypeParam, std::uint64_t>) {
      value = i;
    } else {
      value[2] = i;
    }
    numbers.push_back(value);
    ASSERT_EQ(numbers.size(), i + 1);
  }
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < kMany; ++i) {
    wrong += value_of(numbers[i]) == i ? 0 : 1;
  }
  EXPECT_EQ(wrong, 0);
  numbers[kMany - 1] = numbers[1];
  EXPECT_EQ(value_of(numbers[kMany - 1]), 1);
}

TYPED_TEST(ChunkedTest, StaysWhereItIs) {
  constexpr std::size_t kChunk =
      std::bit_floor(LargeMemory::kPage / sizeof(TypeParam));
  Chunked<TypeParam> numbers;
  for (std::size_t i = 0; i < kChunk; ++i) numbers.push_back({});
  const TypeParam* const first = &numbers[0];
  numbers.push_back({});
  const TypeParam* const next = &numbers[kChunk];
  for (std::size_t i = 0; i < 2 * kChunk; ++i) numbers.push_back({});
  EXPECT_EQ(&numbers[0], first);
  EXPECT_EQ(&numbers[kChunk], next);
}

}  // namespace
}  // namespace lostletter::scan
