// SPDX-License-Identifier: Apache-2.0
#include "lookalike/labels.h"

#include <cmath>

#include <gtest/gtest.h>

namespace lostletter::lookalike {
namespace {

TEST(Labels, LikelyOnesAreLikelier) {
  const Labels& labels = Labels::built_in();
  struct Case {
    std::string_view likely;
    std::string_view strange;
  };
  constexpr Case kCases[] = {{"stanford", "stanfrod"},
                             {"hotmail", "hotmial"},
                             {"university", "univeristy"},
                             {"bank", "bqnk"}};
  for (const auto& [likely, strange] : kCases) {
    EXPECT_GT(labels.log_probability(likely),
              labels.log_probability(strange) + 1)
        << likely;
  }
}

// The shares of what may follow sum to about one: costs are rounded to eighths.
TEST(Labels, SharesSumToOne) {
  const Labels& labels = Labels::built_in();
  double all = std::exp(labels.log_probability(""));
  // Two symbols: what begins with each letter, and ends or goes on.
  double one = 0;
  for (std::size_t c = 1; c < kLabelSymbols; ++c) {
    const std::string label(1, Labels::letter(c));
    one += std::exp(labels.log_probability(label));
  }
  EXPECT_LT(all + one, 0.05);  // labels of one letter are rare
  EXPECT_GT(one, 0);
}

TEST(Labels, WrongTablesAreRefused) {
  const auto error = [](const std::string& table) {
    const auto parsed = Labels::parse(table);
    return parsed ? "fine" : parsed.error().message;
  };
  const std::string costs(kLabelSymbols, '@');
  EXPECT_EQ(error(""), "the labels' table lacks rows");
  EXPECT_EQ(error("aa\t" + costs + "@\n"),
            "line 1 of the labels' table is no row of two symbols, a tab and "
            "39 costs");
  EXPECT_EQ(error("a!\t" + costs + "\n"),
            "line 1 of the labels' table begins with no two symbols");
  EXPECT_EQ(error("# x\naa\t" + costs.substr(1) + " \n"),
            "line 2 of the labels' table has a cost that is none");
}

}  // namespace
}  // namespace lostletter::lookalike
