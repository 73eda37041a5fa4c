// SPDX-License-Identifier: Apache-2.0
#include "archive/row.h"

#include <gtest/gtest.h>

namespace lostletter::archive {
namespace {

struct Case {
  std::string_view row;
  std::string_view cells;  // one behind the other, each in brackets
  bool open = false;
};

TEST(Row, Cut) {
  constexpr Case kCases[] = {
      {"", "[]"},
      {"a", "[a]"},
      {"a,b", "[a][b]"},
      {",", "[][]"},
      {"a,", "[a][]"},
      {R"("a,b",c)", "[a,b][c]"},
      {R"("a ""b"" c",d)", "[a \"b\" c][d]"},
      {R"("",x)", "[][x]"},
      {R"( "a" ,b)", "[a ][b]"},
      {R"(5" disk,b)", "[5\" disk][b]"},
      {R"("a)", "[a]", true},
      {R"(x,"a,b)", "[x][a,b]", true},
      {R"("a"b,c)", "[ab][c]"},
  };
  Row row;
  for (const auto& [text, cells, open] : kCases) {
    std::string got;
    for (const auto cell : row.cut(text, ',')) {
      got += '[' + std::string(cell) + ']';
    }
    EXPECT_EQ(got, cells) << text;
    EXPECT_EQ(is_open_after(text, ',', false), open) << text;
  }
  EXPECT_FALSE(is_open_after("b\",c", ',', true));
  EXPECT_TRUE(is_open_after("b\"\",c", ',', true));
}

TEST(Row, ManyCells) {
  Row row;
  const std::string commas(5000, ',');
  const auto& cells = row.cut(commas, ',');
  EXPECT_EQ(cells.size(), Row::kMostCells);
  EXPECT_EQ(cells.back(), std::string(5001 - Row::kMostCells, ','));
}

TEST(Row, Separator) {
  EXPECT_EQ(separator_of("a;b;c"), ';');
  EXPECT_EQ(separator_of("a\tb,c\td"), '\t');
  EXPECT_EQ(separator_of("\"a;b;c\",d"), ',');
}

}  // namespace
}  // namespace lostletter::archive
