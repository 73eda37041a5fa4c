// SPDX-License-Identifier: Apache-2.0
#include "lookalike/diagonals.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lookalike/distance.h"

namespace lostletter::lookalike {
namespace {

std::vector<std::string> all_strings(std::string_view alphabet,
                                     std::size_t longest) {
  std::vector<std::string> all = {""};
  for (std::size_t i = 0; all[i].size() < longest; ++i) {
    for (const char c : alphabet) all.push_back(all[i] + c);
  }
  return all;
}

bool are_within_two(const std::string& text, const std::string& name) {
  Diagonals diagonals;
  diagonals.set(text);
  // What stands behind the name is no part of it.
  std::string read = name + text;
  read.resize(std::max(read.size(), 2 * Diagonals::kRead), 'a');
  return diagonals.are_within_two(read.data(), name.size());
}

void expect_equal(const std::string& text, const std::string& name) {
  const std::u32string a(text.begin(), text.end());
  const std::u32string b(name.begin(), name.end());
  ASSERT_EQ(are_within_two(text, name), osa_distance(a, b, 2) <= 2)
      << text << " and " << name;
}

TEST(Diagonals, EqualTheDistanceOnAllShortStrings) {
  const auto strings = all_strings("abc", 5);
  for (const auto& text : strings) {
    for (const auto& name : strings) expect_equal(text, name);
  }
}

// Before, behind and around others, up to the longest that fit.
TEST(Diagonals, EqualTheDistanceOnLongStrings) {
  const auto strings = all_strings("abc", 4);
  const std::string beside = "thirteen-long";
  for (const auto& text : strings) {
    for (const auto& name : strings) {
      expect_equal(text + beside, name + beside);
      expect_equal(beside + text, beside + name);
      expect_equal(beside + text + beside, beside + name + beside);
      expect_equal(text + beside + name, name + beside + text);
      expect_equal(std::string(28, 'a') + text, std::string(28, 'a') + name);
    }
  }
}

}  // namespace
}  // namespace lostletter::lookalike
