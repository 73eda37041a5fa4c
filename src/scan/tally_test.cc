// SPDX-License-Identifier: Apache-2.0
#include "scan/tally.h"

#include <filesystem>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "base/child_test.h"
#include "scan/passed.h"

namespace lostletter::scan {
namespace {

// Whether a tally of so many additions is what a map is, before and after its
// runs are merged.
bool is_a_map(std::size_t additions) {
  Tally<Passed> tally;
  Tally<std::uint32_t> counts;
  std::map<std::uint64_t, Passed> plain;
  std::mt19937 random(7);
  for (std::size_t i = 0; i < additions; ++i) {
    const auto key = key_of(static_cast<std::uint32_t>(random() % 100),
                            static_cast<std::uint32_t>(random() % 200 + 1));
    const auto at = static_cast<std::uint32_t>(random() % 1000 + 1);
    const Passed one{.letters = 1, .bounced = at % 2, .first = at, .last = at};
    tally[key].add(one);
    plain[key].add(one);
    ++counts[key];
  }
  const auto is_same = [&] {
    std::map<std::uint64_t, Passed> all;
    tally.each([&all](std::uint64_t key, const Passed& value) {
      all[key].add(value);
    });
    bool same = all == plain && tally.size() == plain.size() &&
                counts.size() == plain.size() &&
                tally.of(key_of(100, 1)) == Passed();
    for (const auto& [key, value] : plain) {
      same = same && tally.of(key) == value && counts.of(key) == value.letters;
    }
    return same;
  };
  if (!is_same()) return false;
  tally.merge();
  counts.merge();
  if (!is_same()) return false;
  // It goes on.
  tally[key_of(100, 2)].letters = 5;
  return tally.of(key_of(100, 2)).letters == 5 &&
         tally.size() == plain.size() + 1;
}

TEST(Tally, IsAMap) {
  EXPECT_TRUE(is_a_map(0));
  EXPECT_TRUE(is_a_map(1));
  EXPECT_TRUE(is_a_map(100'000));
}

// In a process of its own: what is said once holds until it ends.
int put_away_and_count() {
  if (!LargeMemory::spill(std::filesystem::temp_directory_path(), 1)) return 1;
  // So small a share that runs are put away, and so many that they are merged
  // in between.
  if (Table<Passed>::within(LargeMemory::share()) > 1000) return 2;
  for (const std::size_t additions : {0, 1, 700, 800, 100'000}) {
    if (!is_a_map(additions)) return 3;
  }
  return 0;
}

TEST(Tally, IsAMapThatIsPutAway) {
  in_child([] { EXPECT_EQ(put_away_and_count(), 0); });
}

}  // namespace
}  // namespace lostletter::scan
