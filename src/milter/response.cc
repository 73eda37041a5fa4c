// SPDX-License-Identifier: Apache-2.0
#include "milter/response.h"

#include <cassert>
#include <string_view>

#include "base/text.h"
#include "milter/frame.h"

namespace lostletter::milter {

std::string encode_continue() { return frame('c'); }
std::string encode_tempfail() { return frame('t'); }
std::string encode_skip() { return frame('s'); }
std::string encode_progress() { return frame('p'); }

// Postfix reads the text as a format: a single percent sign is lost, and
// libmilter throws the whole text away. Doubled, it arrives as one.
std::string encode_reply(const mail::Reply& reply, mail::Utf8 utf8) {
  assert(is_refusal(reply));
  std::string text;
  for (const std::string& line : mail::wire_lines(reply, utf8)) {
    if (!text.empty()) text += "\r\n";
    for (const char c : line) text.append(c == '%' ? 2 : 1, c);
  }
  text += '\0';
  return frame('y', text);
}

bool is_refusal(const mail::Reply& reply) {
  if (reply.code < 400 || reply.code > 599) return false;
  const auto parts = split(reply.enhanced, '.');
  if (parts.size() != 3) return false;
  for (const std::string_view part : parts) {
    if (part.empty() || part.size() > 3) return false;
    if (part.find_first_not_of("0123456789") != part.npos) return false;
  }
  return parts[0] == std::to_string(reply.code / 100);
}

}  // namespace lostletter::milter
