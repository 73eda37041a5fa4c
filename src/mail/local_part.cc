// SPDX-License-Identifier: Apache-2.0
#include "mail/local_part.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "base/text.h"

namespace lostletter::mail {
namespace {

constexpr std::size_t kMostLocalPart = 64;

std::string at_byte(std::string_view text, std::size_t i) {
  return "byte " + std::to_string(i) + " (" + describe_byte(text[i]) + ")";
}

bool is_high(char c) { return static_cast<std::uint8_t>(c) >= 0x80; }

// RFC 5322 3.2.3. A table, because every recipient's every byte is looked up.
constexpr std::array<bool, 256> kAtext = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-/=?^_`{|}~"
                                       "0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<std::uint8_t>(c)] = true;
  }
  return table;
}();

bool is_atext(char c) { return kAtext[static_cast<std::uint8_t>(c)]; }

// What quoting makes possible: %d32-126 (RFC 5321, qtextSMTP and
// quoted-pairSMTP).
bool is_quotable(char c) { return c >= 0x20 && c < 0x7F; }

// Non-ASCII characters that cannot stand in a local-part, and why. Sorted.
struct Range {
  char32_t first;
  char32_t last;
  std::string_view why;
};
constexpr std::string_view kControl = "it is a control character";
constexpr std::string_view kInvisible = "it cannot be seen";
constexpr std::string_view kOrder = "it changes the order in which others show";
constexpr std::string_view kSpace = "it is a space";
constexpr std::string_view kNone = "it is not a character";
constexpr Range kRefused[] = {
    {0x80, 0x9F, kControl},          // C1
    {0xA0, 0xA0, kSpace},            // no-break space
    {0xAD, 0xAD, kInvisible},        // soft hyphen
    {0x34F, 0x34F, kInvisible},      // combining grapheme joiner
    {0x61C, 0x61C, kOrder},          // Arabic letter mark
    {0x115F, 0x1160, kInvisible},    // Hangul fillers
    {0x1680, 0x1680, kSpace},        // Ogham space mark
    {0x17B4, 0x17B5, kInvisible},    // Khmer inherent vowels
    {0x180B, 0x180F, kInvisible},    // Mongolian selectors and separator
    {0x2000, 0x200A, kSpace},        // en quad ... hair space
    {0x200B, 0x200D, kInvisible},    // zero width; joiners: see below
    {0x200E, 0x200F, kOrder},        // left-to-right and right-to-left mark
    {0x2028, 0x2029, kControl},      // line and paragraph separator
    {0x202A, 0x202E, kOrder},        // embeddings and overrides
    {0x202F, 0x202F, kSpace},        // narrow no-break space
    {0x205F, 0x205F, kSpace},        // medium mathematical space
    {0x2060, 0x2065, kInvisible},    // word joiner, invisible operators
    {0x2066, 0x2069, kOrder},        // isolates
    {0x206A, 0x206F, kInvisible},    // deprecated formatting
    {0x2800, 0x2800, kInvisible},    // blank Braille pattern
    {0x3000, 0x3000, kSpace},        // ideographic space
    {0x3164, 0x3164, kInvisible},    // Hangul filler
    {0xFDD0, 0xFDEF, kNone},         // noncharacters
    {0xFE00, 0xFE0F, kInvisible},    // variation selectors
    {0xFEFF, 0xFEFF, kInvisible},    // byte order mark
    {0xFFA0, 0xFFA0, kInvisible},    // halfwidth Hangul filler
    {0xFFF0, 0xFFFB, kInvisible},    // reserved, annotation
    {0xFFFE, 0xFFFF, kNone},         // noncharacters
    {0x1D173, 0x1D17A, kInvisible},  // musical formatting
    {0xE0000, 0xE0FFF, kInvisible},  // tags, variation selectors
};

// RFC 5892 A.1, A.2 in little: the joiners spell words of the Arabic and Indic
// scripts, and only right after one of their letters.
bool is_joiner_in_place(char32_t c, char32_t before) {
  return (c == 0x200C || c == 0x200D) && before >= 0x600 && before <= 0xDFF;
}

std::optional<std::string_view> refuse_character(char32_t c, char32_t before) {
  if (is_joiner_in_place(c, before)) return std::nullopt;
  if ((c & 0xFFFE) == 0xFFFE) return kNone;
  const auto* range = std::ranges::lower_bound(kRefused, c, {}, &Range::last);
  if (range == std::end(kRefused) || c < range->first) return std::nullopt;
  return range->why;
}

std::string code_point_name(char32_t c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string name;
  for (; c != 0 || name.size() < 4; c >>= 4) name += kDigits[c & 0xF];
  std::ranges::reverse(name);
  return "U+" + name;
}

// Reads the non-ASCII character at `i`: steps over it, or says why not.
std::optional<std::string> read_high(std::string_view text, std::size_t& i,
                                     char32_t& before) {
  const auto first = static_cast<std::uint8_t>(text[i]);
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  const auto decoded = decode_utf8(text.substr(i, length));
  if (!decoded || decoded->size() != 1) {
    return at_byte(text, i) + " is not UTF-8";
  }
  const char32_t c = decoded->front();
  if (const auto why = refuse_character(c, before)) {
    return "character " + code_point_name(c) + " at byte " + std::to_string(i) +
           " cannot stand in a local-part: " + std::string(*why);
  }
  before = c;
  i += length;
  return std::nullopt;
}

std::string refuse_unquoted(std::string_view text, std::size_t i) {
  std::string why = at_byte(text, i) + " cannot stand in a local-part";
  if (text[i] == '"') return why + " that is not quoted as a whole";
  return is_quotable(text[i]) ? why + " unless it is quoted" : why;
}

// Atoms with single dots between them (RFC 5321, Dot-string).
std::optional<std::string> refuse_dot_string(std::string_view text) {
  if (text.front() == '.') return "byte 0 ('.') cannot begin a local-part";
  char32_t before = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (is_high(text[i])) {
      if (auto why = read_high(text, i, before)) return why;
      continue;
    }
    if (text[i] == '.' && text[i - 1] == '.') {
      return at_byte(text, i) + " cannot follow another dot in a local-part";
    }
    if (text[i] != '.' && !is_atext(text[i])) return refuse_unquoted(text, i);
    before = static_cast<char32_t>(text[i++]);
  }
  if (text.back() == '.') {
    return at_byte(text, text.size() - 1) + " cannot end a local-part";
  }
  return std::nullopt;
}

// One quoted string to the very end (RFC 5321, Quoted-string).
std::optional<std::string> refuse_quoted(std::string_view text) {
  char32_t before = 0;
  for (std::size_t i = 1; i < text.size();) {
    if (is_high(text[i])) {
      if (auto why = read_high(text, i, before)) return why;
      continue;
    }
    if (text[i] == '"') {
      if (i + 1 == text.size()) return std::nullopt;
      return at_byte(text, i + 1) +
             " cannot follow the closing quote of a local-part";
    }
    if (text[i] == '\\') {
      if (++i == text.size()) break;
      if (!is_quotable(text[i])) {
        return at_byte(text, i) + " cannot follow a backslash in a local-part";
      }
    } else if (!is_quotable(text[i])) {
      return at_byte(text, i) + " cannot stand in a local-part";
    }
    before = static_cast<char32_t>(text[i++]);
  }
  return "quoted local-part is not closed";
}

}  // namespace

std::optional<std::string> refuse_local_part(std::string_view text) {
  if (text.empty()) return "address has no local-part";
  if (text.size() > kMostLocalPart) {
    return "local-part is " + std::to_string(text.size()) +
           " octets long; 64 is the limit (RFC 5321 4.5.3.1.1)";
  }
  return text.front() == '"' ? refuse_quoted(text) : refuse_dot_string(text);
}

std::string unquote(std::string_view text) {
  if (text.empty() || text.front() != '"') return std::string(text);
  std::string content;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    content += text[i];
  }
  return content;
}

std::string quote_local_part(std::string_view content) {
  if (!content.empty() && !refuse_dot_string(content)) {
    return std::string(content);
  }
  std::string text = "\"";
  for (const char c : content) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

}  // namespace lostletter::mail
