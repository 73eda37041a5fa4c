// SPDX-License-Identifier: Apache-2.0
#include "archive/field_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "mail/address.h"

namespace lostletter::archive {

namespace {

// What an address is made of mostly, and what leaves it as it is: atext and
// dots (RFC 5321 4.1.2), lower-case labels that begin and end with a letter or
// a digit and have no two hyphens one after the other, as A-labels do.
constexpr std::uint8_t kAtom = 1, kLabel = 2;
constexpr auto kPlain = [] {
  std::array<std::uint8_t, 256> bytes{};
  const auto mark = [&bytes](std::string_view all, std::uint8_t where) {
    for (const char c : all) bytes[static_cast<unsigned char>(c)] |= where;
  };
  mark("abcdefghijklmnopqrstuvwxyz0123456789", kAtom | kLabel);
  mark("ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-/=?^_`{|}~", kAtom);
  return bytes;
}();
bool is_plain(char c, std::uint8_t where) {
  return (kPlain[static_cast<unsigned char>(c)] & where) != 0;
}

// Words of those bytes with one of `between` between them; each 63 bytes long
// at most.
bool is_plain(std::string_view text, std::uint8_t where,
              std::string_view between) {
  bool after_word = false;
  std::size_t size = 0;
  for (const char c : text) {
    ++size;
    if (c == '.') size = 0;
    if (size > 63) return false;
    if (!is_plain(c, where)) {
      if (!after_word || !between.contains(c)) return false;
      after_word = false;
    } else {
      after_word = true;
    }
  }
  return after_word;
}

}  // namespace

bool is_plain_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == text.npos || text.size() > 254) return false;
  const auto domain = text.substr(at + 1);
  return at <= 64 && is_plain(text.substr(0, at), kAtom, ".") &&
         is_plain(domain, kLabel, ".-") && domain.contains('.') &&
         !(domain.back() >= '0' && domain.back() <= '9');
}

std::string address_text(std::string_view found) {
  if (is_plain_address(found)) return std::string(found);
  if (found.empty()) return {};
  if (const auto address = mail::Address::parse(found)) {
    return address->to_string();
  }
  return std::string(found.substr(0, 512));
}

std::string id_text(std::string_view found) {
  found = trim(found);
  if (found.starts_with('<')) found.remove_prefix(1);
  if (found.ends_with('>')) found.remove_suffix(1);
  return std::string(found.substr(0, 998));
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::string_view take_until(std::string_view& text, std::string_view end) {
  const auto at = text.find(end);
  const auto taken = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + end.size());
  return taken;
}

std::string_view status_in(std::string_view text) {
  const auto is_digit = [&text](std::size_t i) {
    return text[i] >= '0' && text[i] <= '9';
  };
  for (std::size_t i = 0; i + 9 <= text.size(); ++i) {
    const bool reply = is_digit(i) && is_digit(i + 1) && is_digit(i + 2) &&
                       (text[i + 3] == ' ' || text[i + 3] == '-') &&
                       text[i + 4] == text[i] && text[i + 5] == '.';
    if (!reply) continue;
    auto code = text.substr(i + 4);
    code = code.substr(0, code.find_first_not_of("0123456789."));
    if (std::ranges::count(code, '.') == 2) return code.substr(0, 16);
  }
  return {};
}

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits.substr(0, 18)) {
    if (c < '0' || c > '9') break;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

}  // namespace lostletter::archive
