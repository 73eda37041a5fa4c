// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

namespace lostletter {
namespace {

// The bytes of one UTF-8 sequence, or 0 where `text` does not start with one.
std::size_t decode_one(std::string_view text, char32_t& code_point) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint8_t>(text[i]);
  };
  if (text.empty()) return 0;
  const std::uint8_t first = byte(0);
  if (first < 0x80) {
    code_point = first;
    return 1;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  code_point = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code_point = (code_point << 6) | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < kLeast[length] || code_point > 0x10FFFF || surrogate) {
    return 0;
  }
  return length;
}

bool is_ascii_byte(char c) { return static_cast<std::uint8_t>(c) < 0x80; }

// Characters that show nothing, or change the order in which others show.
bool is_deceptive(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C ||
         c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

// In printable(): ASCII that shows, but for the backslash.
bool stands_for_itself(char c) { return c >= ' ' && c <= '~' && c != '\\'; }

std::string hex(std::uint32_t value, int digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    text += kDigits[(value >> shift) & 0xF];
  }
  return text;
}

void append_printable(std::string& shown, char32_t c) {
  if (c == '\\') {
    shown += "\\\\";
  } else if (!is_deceptive(c)) {
    append_utf8(shown, c);
  } else if (c < 0x80) {
    shown += "\\x" + hex(c, 2);
  } else {
    shown += "\\u{" + hex(c, c > 0xFFFF ? 6 : 4) + "}";
  }
}

}  // namespace

char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ascii_lower(c);
  return lower;
}

bool ascii_iequals(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, is_ascii_byte);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const auto end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == text.npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::u32string> decode_utf8(std::string_view text) {
  // Nearly all of it is ASCII, which is its own code points.
  const auto plain = std::ranges::find_if_not(text, is_ascii_byte);
  std::u32string code_points(text.begin(), plain);
  text.remove_prefix(code_points.size());
  code_points.reserve(code_points.size() + text.size());
  while (!text.empty()) {
    char32_t code_point = 0;
    const std::size_t length = decode_one(text, code_point);
    if (length == 0) return std::nullopt;
    code_points += code_point;
    text.remove_prefix(length);
  }
  return code_points;
}

void append_utf8(std::string& text, char32_t c) {
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::string encode_utf8(std::u32string_view text) {
  std::string bytes;
  bytes.resize(text.size());
  std::size_t plain = 0;
  for (; plain < text.size() && text[plain] < 0x80; ++plain) {
    bytes[plain] = static_cast<char>(text[plain]);
  }
  bytes.resize(plain);
  for (const char32_t c : text.substr(plain)) append_utf8(bytes, c);
  return bytes;
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    char32_t code_point = 0;
    const std::size_t length = decode_one(text, code_point);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text, std::size_t most) {
  if (text.size() <= most && std::ranges::all_of(text, stands_for_itself)) {
    return std::string(text);
  }
  std::string shown;
  std::size_t cut = 0;  // how much may stay when "..." must follow
  while (!text.empty()) {
    char32_t c = 0;
    const std::size_t length = decode_one(text, c);
    if (length == 0) {
      shown += "\\x" + hex(static_cast<std::uint8_t>(text[0]), 2);
    } else {
      append_printable(shown, c);
    }
    if (shown.size() > most) return shown.substr(0, cut) + "...";
    if (shown.size() + 3 <= most) cut = shown.size();
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return shown;
}

std::string describe_byte(char byte) {
  const auto value = static_cast<std::uint8_t>(byte);
  if (value > 0x20 && value < 0x7F) return std::string("'") + byte + "'";
  return "0x" + hex(value, 2);
}

std::string code_point_name(char32_t c) {
  std::string name = hex(c, c > 0xFFFFF ? 6 : c > 0xFFFF ? 5 : 4);
  for (char& digit : name) {
    if (digit >= 'a') digit = static_cast<char>(digit - ('a' - 'A'));
  }
  return "U+" + name;
}

int typing_distance(std::string_view a, std::string_view b, int most) {
  const auto la = a.size();
  const auto lb = b.size();
  const auto bound = static_cast<std::size_t>(most) + 1;
  if ((la > lb ? la - lb : lb - la) >= bound) return most + 1;
  std::vector<int> before(lb + 1);
  std::vector<int> last(lb + 1);
  std::vector<int> row(lb + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= la; ++i) {
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= lb; ++j) {
      const int differ = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + differ});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return std::min(last[lb], most + 1);
}

std::optional<std::string> nearest(std::string_view typed,
                                   const std::vector<std::string>& known) {
  const int most = std::max(1, static_cast<int>(typed.size()) / 3);
  int best = most + 1;
  std::optional<std::string> found;
  for (const std::string& candidate : known) {
    const int distance = typing_distance(typed, candidate, most);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

}  // namespace lostletter
