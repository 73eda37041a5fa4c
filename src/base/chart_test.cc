// SPDX-License-Identifier: Apache-2.0
#include "base/chart.h"

#include <gtest/gtest.h>

namespace lostletter::html {
namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; ++at) {
    ++found;
  }
  return found;
}

TEST(Bars, AreAnImageWithItsFigures) {
  Writer writer;
  write(writer, Bars{"Letters a month",
                     "month",
                     "in clear",
                     "over TLS",
                     {{"2024-01", 1200, 200}, {"<x>", 0, 0}}});
  const std::string text = writer.take();
  EXPECT_EQ(count(text, "role=\"img\" aria-label=\"Letters a month\""), 1);
  EXPECT_EQ(count(text, "<title>2024-01: 1\u202f200, 200 in clear</title>"), 2);
  EXPECT_EQ(count(text,
                  "<th scope=\"row\" class=\"text\">2024-01</th>"
                  "<td class=\"number\">1\u202f200</td>"),
            1);
  EXPECT_EQ(count(text, "<x>"), 0);
  // Whatever the sizes, the axis has a few lines.
  for (const std::uint64_t most : {1U, 2U, 7U, 99U, 101U, 4'000'000'000U}) {
    Writer other;
    write(other, Bars{"t", "m", "a", "b", {{"x", most, 0}}});
    const std::size_t rules = count(other.take(), "class=\"rule\"");
    EXPECT_GE(rules, 2) << most;
    EXPECT_LE(rules, 7) << most;
  }
}

TEST(Flows, KeepTheirSumAndTheLargest) {
  Flows flows{"From unit to name", "unit", "name", "letters", {}};
  for (std::uint64_t i = 1; i <= 30; ++i) {
    flows.flows.push_back({"unit" + std::to_string(i), "a&b.test", i});
  }
  Writer writer;
  write(writer, flows);
  const std::string text = writer.take();
  EXPECT_EQ(count(text, "class=\"band\""), 10);  // nine, and all others
  EXPECT_EQ(count(text, "unit30 to a&amp;b.test: 30"), 1);
  EXPECT_EQ(count(text, "all others to a&amp;b.test: 231"), 1);
  EXPECT_EQ(count(text, "<tr>"), 31);  // the table has every one
}

TEST(Flows, OfNothingAreEmpty) {
  Writer writer;
  write(writer, Flows{"t", "a", "b", "c", {}});
  EXPECT_EQ(count(writer.take(), "<path"), 0);
}

TEST(HeatMap, IsDarkestWhereMostIs) {
  Writer writer;
  write(writer,
        HeatMap{"Hours", "day", {"0", "1", "2"}, {"Monday"}, {{0, 1, 100}}});
  const std::string text = writer.take();
  EXPECT_EQ(count(text, "class=\"cell h0\"><title>Monday 0: 0</title>"), 1);
  EXPECT_EQ(count(text, "class=\"cell h1\"><title>Monday 1: 1</title>"), 1);
  EXPECT_EQ(count(text, "class=\"cell h5\"><title>Monday 2: 100</title>"), 1);
}

}  // namespace
}  // namespace lostletter::html
