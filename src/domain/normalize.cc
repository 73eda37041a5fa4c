// SPDX-License-Identifier: Apache-2.0
#include "domain/normalize.h"

#include <algorithm>
#include <cstddef>
#include <map>

#include "domain/hangul.h"

namespace lostletter::domain {
namespace {

// The Unicode Standard 3.11, D109: marks between two starters are sorted by
// class; those of one class keep their order.
void order_marks(std::u32string& text) {
  const auto is_starter = [](char32_t c) { return combining_class(c) == 0; };
  auto end = text.begin();
  while (true) {
    const auto start = std::find_if_not(end, text.end(), is_starter);
    if (start == text.end()) return;
    end = std::find_if(start, text.end(), is_starter);
    if (end - start == 1) continue;
    std::map<std::uint16_t, std::u32string> by_class;
    for (auto mark = start; mark != end; ++mark) {
      by_class[combining_class(*mark)] += *mark;
    }
    auto to = start;
    for (const auto& [unused, marks] : by_class) {
      to = std::ranges::copy(marks, to).out;
    }
  }
}

}  // namespace

std::uint16_t combining_class(char32_t c) {
  return value_at(c, table::kClasses, table::kClassesCount);
}

void append_mapped(std::u32string& text, char32_t c,
                   const table::Mapping* mappings, std::size_t count,
                   const char32_t* code_points) {
  const auto* end = mappings + count;
  const auto* row = std::lower_bound(
      mappings, end, c, [](const table::Mapping& mapping, char32_t wanted) {
        return mapping.from < wanted;
      });
  if (row == end || row->from != c) {
    text += c;
  } else {
    text.append(code_points + row->at, row->length);
  }
}

std::uint16_t value_at(char32_t c, const table::Range* ranges,
                       std::size_t count) {
  const auto* next =
      std::upper_bound(ranges, ranges + count, c,
                       [](char32_t wanted, const table::Range& range) {
                         return wanted < range.first;
                       });
  return (next - 1)->value;
}

std::u32string to_nfd(std::u32string_view text) {
  std::u32string result;
  result.reserve(text.size());
  bool marks = false;
  for (const char32_t c : text) {
    if (c < 0xC0) {  // nothing below decomposes or combines
      result += c;
      continue;
    }
    marks = true;
    if (!append_hangul(result, c)) {
      append_mapped(result, c, table::kDecompositions,
                    table::kDecompositionsCount);
    }
  }
  if (marks) order_marks(result);
  return result;
}

}  // namespace lostletter::domain
