// SPDX-License-Identifier: Apache-2.0
#include "archive/row.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace lostletter::archive {

char separator_of(std::string_view row) {
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char separator : {',', ';', '\t'}) {
    bool quoted = false;
    std::ptrdiff_t number = 0;
    for (const char c : row) {
      if (c == '"') quoted = !quoted;
      if (!quoted && c == separator) ++number;
    }
    if (number > most) {
      most = number;
      best = separator;
    }
  }
  return best;
}

bool is_open_after(std::string_view text, char separator, bool open) {
  bool at_begin = !open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (open) {
      if (c != '"') continue;
      if (i + 1 < text.size() && text[i + 1] == '"') {
        ++i;
      } else {
        open = false;
      }
    } else if (c == separator) {
      at_begin = true;
    } else if (c == '"' && at_begin) {
      open = true;
      at_begin = false;
    } else if (c != ' ') {
      at_begin = false;
    }
  }
  return open;
}

// Behind the opening quote. What follows the closing one belongs to the cell.
std::string_view Row::take_quoted(std::string_view& text, char separator) {
  const auto begin = unquoted_.size();
  bool quoted = true;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"') {
      if (i + 1 < text.size() && text[i + 1] == '"') {
        unquoted_ += c;
        ++i;
      } else {
        quoted = false;
      }
      continue;
    }
    if (!quoted && c == separator) break;
    unquoted_ += c;
  }
  text.remove_prefix(i);
  return std::string_view(unquoted_).substr(begin);
}

const std::vector<std::string_view>& Row::cut(std::string_view text,
                                              char separator) {
  cells_.clear();
  unquoted_.clear();
  unquoted_.reserve(text.size());
  while (cells_.size() + 1 < kMostCells) {
    const auto first = text.find_first_not_of(' ');
    if (first != text.npos && text[first] == '"') {
      text.remove_prefix(first + 1);
      cells_.push_back(take_quoted(text, separator));
    } else {
      const auto end = std::min(text.find(separator), text.size());
      cells_.push_back(text.substr(0, end));
      text.remove_prefix(end);
    }
    if (text.empty()) return cells_;
    text.remove_prefix(1);
  }
  cells_.push_back(text);
  return cells_;
}

}  // namespace lostletter::archive
