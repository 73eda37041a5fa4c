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
constexpr std::uint8_t kLocal = 1, kDomain = 2, kDot = 4, kHyphen = 8;
constexpr auto kPlain = [] {
  std::array<std::uint8_t, 256> bytes{};
  const auto mark = [&bytes](std::string_view all, std::uint8_t what) {
    for (const char c : all) bytes[static_cast<unsigned char>(c)] |= what;
  };
  mark("abcdefghijklmnopqrstuvwxyz0123456789", kLocal | kDomain);
  mark("ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+/=?^_`{|}~", kLocal);
  mark("-", kLocal | kDomain | kHyphen);
  mark(".", kLocal | kDomain | kDot);
  return bytes;
}();
constexpr std::size_t kLongestWord = 63;

// Words of bytes of that kind, with one of `between` between them. Every letter
// has two addresses or more: no branch but at the end.
bool is_plain(std::string_view text, std::uint8_t kind, std::uint8_t between) {
  if (text.empty() || text.size() > kLongestWord) return false;
  std::uint8_t all = kind;
  std::uint8_t parted_twice = 0;
  std::uint8_t before = between;
  for (const char c : text) {
    const std::uint8_t what = kPlain[static_cast<unsigned char>(c)];
    all &= what;
    // Both separate: whichever they are.
    const std::uint8_t separates = (what & between) != 0 ? between : 0;
    parted_twice |= before & separates;
    before = separates;
  }
  return all != 0 && (parted_twice | before) == 0;
}

}  // namespace

bool is_plain_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == text.npos) return false;
  const auto domain = text.substr(at + 1);
  return is_plain(text.substr(0, at), kLocal, kDot) &&
         is_plain(domain, kDomain, kDot | kHyphen) && domain.contains('.') &&
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

void set_address(std::string& to, std::string_view found) {
  if (is_plain_address(found)) {
    to = found;
  } else {
    to = address_text(found);
  }
}

std::string_view id_in(std::string_view found) {
  found = trim(found);
  if (found.starts_with('<')) found.remove_prefix(1);
  if (found.ends_with('>')) found.remove_suffix(1);
  return found.substr(0, 998);
}

std::string id_text(std::string_view found) {
  return std::string(id_in(found));
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
