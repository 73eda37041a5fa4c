// SPDX-License-Identifier: Apache-2.0
#include "mail/literal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"

namespace lostletter::mail {
namespace {

constexpr std::size_t kGroups = 8;
using Groups = std::array<std::uint16_t, kGroups>;

// A whole number of `text` in `base`, of at most `digits` digits.
std::optional<unsigned> number(std::string_view text, int base,
                               std::size_t digits) {
  unsigned value = 0;
  if (text.empty() || text.size() > digits) return std::nullopt;
  const auto* const end = std::to_address(text.end());
  const auto [read, error] =
      std::from_chars(std::to_address(text.begin()), end, value, base);
  if (error != std::errc() || read != end) return std::nullopt;
  return value;
}

// Some readers take 010 for eight (inet_aton), others for ten: nobody should
// have to guess where a letter goes.
std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  const auto octets = split(text, '.');
  if (octets.size() != 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const std::string_view octet : octets) {
    const auto read = number(octet, 10, 3);
    if (!read || *read > 255 || (octet.size() > 1 && octet[0] == '0')) {
      return std::nullopt;
    }
    value = (value << 8) | *read;
  }
  return value;
}

// "2001:db8" -> its groups; the last piece may be an IPv4 address where
// `dotted`. Nothing when a piece is neither.
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text,
                                                       bool dotted) {
  std::vector<std::uint16_t> groups;
  if (text.empty()) return groups;
  const auto pieces = split(text, ':');
  if (pieces.size() > kGroups) return std::nullopt;
  for (const std::string_view& piece : pieces) {
    const bool last = &piece == &pieces.back();
    if (const auto group = number(piece, 16, 4)) {
      groups.push_back(static_cast<std::uint16_t>(*group));
    } else if (const auto v4 = parse_ipv4(piece); v4 && last && dotted) {
      groups.push_back(static_cast<std::uint16_t>(*v4 >> 16));
      groups.push_back(static_cast<std::uint16_t>(*v4 & 0xFFFF));
    } else {
      return std::nullopt;
    }
  }
  return groups;
}

std::optional<Groups> parse_ipv6(std::string_view text) {
  const auto gap = text.find("::");
  const bool whole = gap == text.npos;
  const auto head = parse_groups(text.substr(0, gap), whole);
  const auto tail =
      parse_groups(whole ? std::string_view() : text.substr(gap + 2), true);
  if (!head || !tail) return std::nullopt;
  const std::size_t count = head->size() + tail->size();
  // "::" stands for one group of zeros or more (RFC 4291 2.2).
  if (whole ? count != kGroups : count >= kGroups) return std::nullopt;
  Groups groups{};
  std::ranges::copy(*head, groups.begin());
  std::ranges::copy_backward(*tail, groups.end());
  return groups;
}

// Where the longest run of two or more zero groups begins and ends.
std::pair<std::size_t, std::size_t> longest_zeros(const Groups& groups) {
  std::pair<std::size_t, std::size_t> best{kGroups, kGroups};
  std::size_t most = 1;
  for (std::size_t begin = 0; begin < kGroups; ++begin) {
    std::size_t end = begin;
    while (end < kGroups && groups[end] == 0) ++end;
    if (end - begin > most) {
      most = end - begin;
      best = {begin, end};
    }
  }
  return best;
}

void append_hex(std::string& text, unsigned value) {
  std::array<char, 4> digits{};
  const auto result =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, 16);
  text.append(digits.data(), result.ptr);
}

// RFC 5952 4: lower case, no leading zeros, the first longest run of zeros is
// "::". An IPv4-mapped address shows its IPv4 address (5952 5).
std::string format_ipv6(const Groups& groups) {
  constexpr Groups kMapped = {0, 0, 0, 0, 0, 0xFFFF};
  if (std::equal(groups.begin(), groups.begin() + 6, kMapped.begin())) {
    std::string text = "::ffff";
    char separator = ':';
    for (const unsigned half : {groups[6], groups[7]}) {
      text += separator + std::to_string(half >> 8);
      text += '.' + std::to_string(half & 0xFF);
      separator = '.';
    }
    return text;
  }
  const auto [begin, end] = longest_zeros(groups);
  std::string text;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == begin) text += "::";
    if (i >= begin && i < end) continue;
    if (!text.empty() && text.back() != ':') text += ':';
    append_hex(text, groups[i]);
  }
  return text;
}

// The reason why a literal that is no IPv4 address cannot be used.
std::unexpected<Error> refuse(std::string_view content) {
  const auto colon = content.find(':');
  const std::string shown = "'[" + printable(content, 60) + "]'";
  if (colon == content.npos) {
    return fail(
        "address literal " + shown +
        " is no IPv4 address of four numbers from 0 to 255 without leading "
        "zeros");
  }
  constexpr std::string_view kAddressBytes = "0123456789abcdefABCDEF:.";
  if (content.find_first_not_of(kAddressBytes) == content.npos) {
    return fail("address literal " + shown +
                " lacks the tag 'IPv6:' (RFC 5321 4.1.3)");
  }
  return fail("address literal has the tag '" +
              printable(content.substr(0, colon), 60) +
              "'; only IPv4 and 'IPv6:' are in use (RFC 5321 4.1.3)");
}

}  // namespace

Result<std::string> parse_literal(std::string_view text, std::size_t offset) {
  const auto close = text.find(']');
  if (close == text.npos) {
    return fail("address literal that opens at byte " + std::to_string(offset) +
                " has no ']'");
  }
  if (close + 1 != text.size()) {
    return fail("byte " + std::to_string(offset + close + 1) + " (" +
                describe_byte(text[close + 1]) +
                ") cannot follow an address literal");
  }
  const auto content = text.substr(1, close - 1);
  if (parse_ipv4(content)) return std::string(text);

  constexpr std::string_view kTag = "IPv6:";
  if (!ascii_iequals(content.substr(0, kTag.size()), kTag)) {
    return refuse(content);
  }
  const auto groups = parse_ipv6(content.substr(kTag.size()));
  if (!groups) {
    return fail("address literal '[" + printable(content, 60) +
                "]' is no IPv6 address");
  }
  return "[IPv6:" + format_ipv6(*groups) + ']';
}

}  // namespace lostletter::mail
