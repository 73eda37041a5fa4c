// SPDX-License-Identifier: Apache-2.0
#include "table.h"

#include <sstream>

#include <gtest/gtest.h>

namespace lostletter::eval {
namespace {

// Figures of Newcombe (1998), table I, method 3.
TEST(Share, HasWilsonsInterval) {
  constexpr struct {
    Share share;
    double low;
    double high;
  } kCases[] = {
      {{81, 263}, 0.2553, 0.3662},
      {{15, 148}, 0.0624, 0.1605},
      {{0, 20}, 0.0, 0.1611},
      {{1, 29}, 0.0061, 0.1718},
  };
  for (const auto& [share, low, high] : kCases) {
    EXPECT_NEAR(share.low(), low, 5e-5) << share.hits << '/' << share.of;
    EXPECT_NEAR(share.high(), high, 5e-5) << share.hits << '/' << share.of;
  }
}

TEST(Share, IsPrintedWithItsInterval) {
  EXPECT_EQ(to_string(Share{81, 263}), "30.8 % (25.5-36.6)");
  EXPECT_EQ(to_string(Share{1, 10000}), "0.010 % (0.002-0.057)");
  EXPECT_EQ(to_string(Share{0, 20}), "0 % (0-16.1)");
  EXPECT_EQ(to_string(Share{}), "-");
}

TEST(Table, PrintsTextAndMarkdown) {
  Table table({"name", "n"});
  table.add({"example", "12"});
  table.add({"x", "3"});
  std::ostringstream text;
  table.print(text, false);
  EXPECT_EQ(text.str(),
            "  name      n \n"
            "  example  12 \n"
            "  x         3 \n\n");
  std::ostringstream markdown;
  table.print(markdown, true);
  EXPECT_EQ(markdown.str(),
            "| name    |  n |\n"
            "| --- | ---: |\n"
            "| example | 12 |\n"
            "| x       |  3 |\n\n");
}

}  // namespace
}  // namespace lostletter::eval
