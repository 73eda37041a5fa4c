// SPDX-License-Identifier: Apache-2.0
#include "lookalike/distance.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace lostletter::lookalike {
namespace {

// The textbook's table, without a bound: what the band must agree with.
int plain_distance(std::u32string_view a, std::u32string_view b) {
  std::vector<std::vector<int>> cost(a.size() + 1,
                                     std::vector<int>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = static_cast<int>(i + j);
        continue;
      }
      cost[i][j] =
          std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1,
                    cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

std::vector<std::u32string> all_strings(std::u32string_view alphabet,
                                        std::size_t longest) {
  std::vector<std::u32string> all = {U""};
  for (std::size_t begin = 0, length = 0; length < longest; ++length) {
    const std::size_t end = all.size();
    for (; begin < end; ++begin) {
      for (const char32_t c : alphabet) all.push_back(all[begin] + c);
    }
  }
  return all;
}

TEST(Distance, EqualsThePlainTableOnAllShortStrings) {
  const auto strings = all_strings(U"abc", 5);
  for (const auto& a : strings) {
    for (const auto& b : strings) {
      const int plain = plain_distance(a, b);
      for (int most = 0; most <= 3; ++most) {
        ASSERT_EQ(osa_distance(a, b, most), std::min(plain, most + 1))
            << "most " << most << ", lengths " << a.size() << " and "
            << b.size();
      }
    }
  }
}

// The same of bytes: short ones, and behind and before what makes them long.
TEST(Distance, WithinSlipsEqualsThePlainTable) {
  const auto strings = all_strings(U"abc", 4);
  const std::u32string wide = U"a-name-longer-than-two-words";
  const auto bytes = [](std::u32string_view text) {
    return std::string(text.begin(), text.end());
  };
  const auto expect_equal = [&](std::u32string_view a, std::u32string_view b) {
    const int plain = plain_distance(a, b);
    for (int most = 0; most <= 2; ++most) {
      ASSERT_EQ(is_within_slips(bytes(a), bytes(b), most), plain <= most)
          << bytes(a) << " and " << bytes(b) << ", most " << most;
    }
  };
  for (const auto& a : strings) {
    for (const auto& b : strings) {
      expect_equal(a, b);
      if (a.size() > 2 || b.size() > 2) continue;
      expect_equal(a + wide, b + wide);
      expect_equal(wide + a, wide + b);
      expect_equal(a + wide + b, b + wide + a);
      expect_equal(wide + a + wide, wide + b + wide);
    }
  }
}

}  // namespace
}  // namespace lostletter::lookalike
