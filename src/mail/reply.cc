// SPDX-License-Identifier: Apache-2.0
#include "mail/reply.h"

#include <cassert>
#include <cstdint>

#include "base/text.h"

namespace lostletter::mail {
namespace {

// What Postfix, Sendmail and old clients all bear (RFC 5321 4.5.3.1.5 allows
// 512 with CR LF).
constexpr std::size_t kMostOctets = 480;
constexpr std::size_t kMostLines = 5;

// "5.7.1" of class 5: digits, dot, one to three digits, dot, one to three
// digits (RFC 2034 4).
bool is_enhanced(std::string_view text, int code) {
  const auto parts = split(text, '.');
  if (parts.size() != 3 || parts[0] != std::to_string(code / 100)) return false;
  for (const std::string_view part : {parts[1], parts[2]}) {
    if (part.empty() || part.size() > 3 ||
        part.find_first_not_of("0123456789") != part.npos) {
      return false;
    }
  }
  return true;
}

// How many bytes the next character has; a byte that begins none is one.
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<std::uint8_t>(text[0]);
  const std::size_t length = first >= 0xF0   ? 4
                             : first >= 0xE0 ? 3
                             : first >= 0xC0 ? 2
                                             : 1;
  return is_valid_utf8(text.substr(0, length)) && length <= text.size() ? length
                                                                        : 1;
}

// One character as it goes over the wire.
std::string shown(std::string_view character, Utf8 utf8) {
  std::string text = printable(character);
  if (utf8 == Utf8::kYes || is_ascii(text)) return text;
  const auto code_point = decode_utf8(character)->front();
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string escaped = "\\u{";
  for (int shift = code_point > 0xFFFF ? 20 : 12; shift >= 0; shift -= 4) {
    escaped += kDigits[(code_point >> shift) & 0xF];
  }
  return escaped + '}';
}

// At most `most` octets; "..." stands for what is cut, between characters.
std::string escape(std::string_view text, Utf8 utf8, std::size_t most) {
  constexpr std::string_view kCut = "...";
  std::string line;
  std::size_t fits = 0;  // how much of `line` leaves room for kCut
  while (!text.empty()) {
    const auto length = character_length(text);
    line += shown(text.substr(0, length), utf8);
    if (line.size() > most) return line.substr(0, fits).append(kCut);
    if (line.size() + kCut.size() <= most) fits = line.size();
    text.remove_prefix(length);
  }
  return line;
}

}  // namespace

std::vector<std::string> wire_lines(const Reply& reply, Utf8 utf8) {
  assert(reply.code >= 200 && reply.code <= 599 && reply.code / 100 != 3);
  assert(reply.enhanced.empty() || is_enhanced(reply.enhanced, reply.code));

  auto texts = reply.lines;
  if (texts.empty()) texts.emplace_back();
  if (texts.size() > kMostLines) {
    texts.resize(kMostLines);
    texts.back() += " ...";  // more was said than may be sent
  }
  std::vector<std::string> wire;
  for (const std::string& text : texts) {
    const bool last = wire.size() + 1 == texts.size();
    std::string line = std::to_string(reply.code) + (last ? ' ' : '-');
    line += reply.enhanced;
    if (!reply.enhanced.empty() && !text.empty()) line += ' ';
    line += escape(text, utf8, kMostOctets - line.size());
    wire.push_back(std::move(line));
  }
  return wire;
}

}  // namespace lostletter::mail
