// SPDX-License-Identifier: Apache-2.0
#include "lookalike/table.h"

#include <cmath>

#include <gtest/gtest.h>

namespace lostletter::lookalike {
namespace {

TEST(Table, Rows) {
  const auto rows =
      read_table("# a comment\n\none\t-1.5\t2\n two\t-\t0.125\r\n");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[0].line, 3U);
  EXPECT_EQ((*rows)[0].id, "one");
  EXPECT_EQ((*rows)[0].values, (std::vector<double>{-1.5, 2}));
  EXPECT_EQ((*rows)[1].id, "two");
  EXPECT_EQ((*rows)[1].values, (std::vector<double>{-INFINITY, 0.125}));
}

TEST(Table, WhatIsNoNumberIsNamed) {
  for (const std::string bad : {"x", "1.2345", "--1", "1e3", "1.", ".5",
                                "99999999999", "1.+5", "nan"}) {
    const auto rows = read_table("row\t" + bad);
    if (bad == "1.") {  // digits behind the point may be missing
      EXPECT_TRUE(rows);
      continue;
    }
    ASSERT_FALSE(rows) << bad;
    EXPECT_EQ(rows.error().message, "line 1: 'row' has '" + bad +
                                        "', which is no number of thousandths");
  }
}

TEST(Table, NumbersComeBack) {
  for (const double value :
       std::vector<double>{0, -0.125, 12.5, -17.123, -INFINITY}) {
    const auto rows = read_table("x\t" + to_thousandths(value));
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->front().values.front(), value);
  }
  EXPECT_EQ(to_thousandths(-0.0004), "0.000");
}

}  // namespace
}  // namespace lostletter::lookalike
