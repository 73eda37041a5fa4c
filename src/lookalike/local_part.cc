// SPDX-License-Identifier: Apache-2.0
#include "lookalike/local_part.h"

#include <algorithm>

#include "base/text.h"

namespace lostletter::lookalike {
namespace {

// The content of a quoted string (RFC 5321 4.1.2); other text as it is.
std::string unquoted(std::string_view written) {
  if (written.size() < 2 || !written.starts_with('"') ||
      !written.ends_with('"')) {
    return std::string(written);
  }
  std::string content;
  for (std::size_t i = 1; i + 1 < written.size(); ++i) {
    if (written[i] == '\\' && i + 2 < written.size()) ++i;
    content += written[i];
  }
  return content;
}

// Bytes that are no UTF-8 stand for themselves: nothing is refused here.
std::u32string characters(std::string_view text) {
  if (!is_ascii(text)) {
    if (auto decoded = decode_utf8(text)) return std::move(*decoded);
  }
  std::u32string each(text.size(), U'\0');
  std::ranges::transform(text, each.begin(),
                         [](char c) { return static_cast<unsigned char>(c); });
  return each;
}

}  // namespace

LocalPart read_local_part(std::string_view written) {
  LocalPart read{written.starts_with('"') ? characters(unquoted(written))
                                          : characters(written),
                 {}};
  for (char32_t& c : read.base) {
    if (c >= U'A' && c <= U'Z') c += U'a' - U'A';
  }
  const auto plus = read.base.find(U'+');
  if (plus != read.base.npos && plus > 0) {
    read.tag = read.base.substr(plus);
    read.base.resize(plus);
  }
  return read;
}

bool is_separator(char32_t c) { return c == U'.' || c == U'_' || c == U'-'; }

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

std::vector<std::u32string_view> names_of(std::u32string_view base) {
  std::vector<std::u32string_view> names;
  while (!base.empty()) {
    const auto end = std::ranges::find_if(base, is_separator) - base.begin();
    const auto length = static_cast<std::size_t>(end);
    if (length > 0) names.push_back(base.substr(0, length));
    base.remove_prefix(std::min(length + 1, base.size()));
  }
  return names;
}

std::u32string joined(std::u32string_view base) {
  std::u32string text;
  for (const char32_t c : base) {
    if (!is_separator(c)) text += c;
  }
  return text;
}

bool is_same_joined(std::u32string_view a, std::u32string_view b) {
  const auto skip = [](std::u32string_view& text) {
    while (!text.empty() && is_separator(text.front())) text.remove_prefix(1);
  };
  while (true) {
    skip(a);
    skip(b);
    if (a.empty() || b.empty()) return a.empty() && b.empty();
    if (a.front() != b.front()) return false;
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
}

std::vector<Form> forms_of(std::u32string_view base) {
  auto names = names_of(base);
  std::vector<Form> forms;
  if (names.size() == 3 && names.front().size() > 1 &&
      names.back().size() > 1) {
    forms.push_back({Rewriting::kMiddleLost,
                     std::u32string(names[0]) + std::u32string(names[2])});
  }
  if (names.size() != 2) return forms;
  const std::u32string first(names[0]);
  const std::u32string last(names[1]);
  if (first != last) forms.push_back({Rewriting::kSwapped, last + first});
  if (first.size() > 1 && last.size() > 1) {
    forms.push_back({Rewriting::kInitial, first.substr(0, 1) + last});
    forms.push_back({Rewriting::kInitial, first + last.substr(0, 1)});
  }
  return forms;
}

}  // namespace lostletter::lookalike
