// SPDX-License-Identifier: Apache-2.0
//
// Rows of tables (RFC 4180) as views: a row without quotes is never copied.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lostletter::archive {

// The separator that stands most often outside quotes: ',', ';' or a tab.
char separator_of(std::string_view row);

// Whether a quoted cell is open behind `text`, which continues one if `open`.
bool is_open_after(std::string_view text, char separator, bool open);

// The cells of a row, quotes removed.
class Row {
 public:
  static constexpr std::size_t kMostCells = 1000;

  // The cells live until the next cut(), and as long as `text`'s bytes.
  const std::vector<std::string_view>& cut(std::string_view text,
                                           char separator);

 private:
  std::string_view take_quoted(std::string_view& text, char separator);

  std::vector<std::string_view> cells_;
  std::string unquoted_;  // cells that had quotes inside; never grows in cut()
};

}  // namespace lostletter::archive
