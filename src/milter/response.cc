// SPDX-License-Identifier: Apache-2.0
#include "milter/response.h"

#include <algorithm>
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

// Added before removed: an MTA that stopped in between would have a letter too
// many, not one too few.
std::string encode_amendment(const Amend& amend) {
  assert(is_amendment(amend));
  std::string frames;
  for (const AddedRecipient& one : amend.added) {
    frames += one.parameters.empty()
                  ? frame('+', one.address + '\0')
                  : frame('2', one.address + '\0' + one.parameters + '\0');
  }
  for (const std::string& one : amend.removed) frames += frame('-', one + '\0');
  return frames + encode_continue();
}

bool is_amendment(const Amend& amend) {
  const auto is_text = [](const std::string& text) {
    return !text.empty() && !text.contains('\0');
  };
  return std::ranges::all_of(amend.added,
                             [&](const AddedRecipient& one) {
                               return is_text(one.address) &&
                                      !one.parameters.contains('\0');
                             }) &&
         std::ranges::all_of(amend.removed, is_text);
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
