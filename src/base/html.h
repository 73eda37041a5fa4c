// SPDX-License-Identifier: Apache-2.0
//
// Reports as pages that can be mailed, kept and printed: one file, no script,
// nothing from elsewhere, and a policy inside that forbids both, so that not
// even a slip of ours could make a browser fetch or run what a stranger wrote.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lostletter {

// Text from anywhere as the content of an element, or of an attribute in
// quotes. What cannot be seen, or is no UTF-8, is shown as printable() has it.
std::string html_text(std::string_view text);

// A whole page: its title (text), and the content of its body (HTML).
std::string html_page(std::string_view title, std::string_view body);

// A table: its head and its rows as text. Columns of numbers stand right.
class HtmlTable {
 public:
  enum class Column : std::uint8_t { kText, kNumber };
  struct Head {
    std::string_view text;
    Column column = Column::kText;
  };

  explicit HtmlTable(std::initializer_list<Head> head);
  // REQUIRES: as many cells as the head has.
  void add(std::initializer_list<std::string_view> cells);
  std::string html() const;

 private:
  std::vector<Column> columns_;
  std::string text_;
};

// Columns side by side, in the order given; the label of each is shown when
// one points at it, those of the ends stand below.
struct HtmlBar {
  std::string label;
  double value = 0;  // 0 or more
};
std::string html_bars(std::span<const HtmlBar> bars);

}  // namespace lostletter
