// SPDX-License-Identifier: Apache-2.0
#include "smtp/reply_reader.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace lostletter::smtp {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "5.7.1" at the beginning of a line of class 5 (RFC 2034 4); else empty.
std::string_view enhanced_code(std::string_view text, int code) {
  const auto word = text.substr(0, text.find(' '));
  const auto parts = split(word, '.');
  if (parts.size() != 3 || parts[0] != std::to_string(code / 100)) return {};
  for (const auto part : parts) {
    if (part.empty() || part.size() > 3 ||
        !std::ranges::all_of(part, is_digit)) {
      return {};
    }
  }
  return word;
}

}  // namespace

Result<std::optional<mail::Reply>> ReplyReader::next() {
  for (;;) {
    const auto end = buffer_.find('\n');
    if (std::min(end, buffer_.size()) > kMostLine) {
      return fail("a reply's line is too long");
    }
    if (end == buffer_.npos) return std::nullopt;
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    if (line.ends_with('\r')) line.pop_back();
    const auto last = take_line(line);
    if (!last) return std::unexpected(last.error());
    if (*last) return std::exchange(reply_, {});
  }
}

// Is it the last of its reply?
Result<bool> ReplyReader::take_line(std::string_view line) {
  if (line.size() < 3 || line[0] < '2' || line[0] > '5' || !is_digit(line[1]) ||
      !is_digit(line[2]) ||
      (line.size() > 3 && line[3] != ' ' && line[3] != '-')) {
    return fail("'" + printable(line, 60) + "' is no reply");
  }
  const int code =
      (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  auto text = line.substr(std::min<std::size_t>(4, line.size()));
  const auto enhanced = enhanced_code(text, code);
  if (reply_.lines.empty()) {
    reply_.code = code;
    reply_.enhanced = enhanced;
  } else if (reply_.code != code) {
    return fail("a reply with the codes " + std::to_string(reply_.code) +
                " and " + std::to_string(code));
  } else if (reply_.lines.size() >= kMostLines) {
    return fail("a reply has too many lines");
  }
  if (!reply_.enhanced.empty() && enhanced == reply_.enhanced) {
    text.remove_prefix(std::min(enhanced.size() + 1, text.size()));
  }
  reply_.lines.emplace_back(text);
  return line.size() < 4 || line[3] == ' ';
}

}  // namespace lostletter::smtp
