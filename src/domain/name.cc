// SPDX-License-Identifier: Apache-2.0
//
// Nearly every name is ASCII without an A-label: one pass over its bytes and
// one copy, because this runs for every recipient. What is left goes through
// idna.cc and then through the same pass again, so that nothing can stand in a
// Name that could not have been typed as ASCII.
//
// Hyphens in third and fourth place are accepted in an ASCII label that is no
// A-label ("r3---sn-x", "ab--c"). RFC 5891 4.2.3.1 reserves them for future
// prefixes, which a registry must heed; but such names exist below registered
// ones and take mail, and whoever refuses them stops real letters.
#include "domain/name.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/text.h"
#include "domain/idna.h"

namespace lostletter::domain {
namespace {

constexpr std::size_t kMostLabelOctets = 63;
// Each code point of a name in UTF-8 costs one octet of those 253 or more.
constexpr std::size_t kMostBytes = 4 * kMostOctets;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_non_ascii(char c) { return static_cast<std::uint8_t>(c) >= 0x80; }

// By byte: letters, digits, hyphens, underscores, and what is not ASCII.
constexpr auto kMayStandInLabel = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    table[byte] = (byte >= 'a' && byte <= 'z') ||
                  (byte >= 'A' && byte <= 'Z') ||
                  (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' ||
                  byte >= 0x80;
  }
  return table;
}();

bool may_stand_in_label(char c) {
  return kMayStandInLabel[static_cast<std::uint8_t>(c)];
}

bool is_number(std::string_view label) {
  return std::ranges::all_of(label, is_digit);
}

bool is_a_label(std::string_view label) {
  return label.size() > 3 && ascii_iequals(label.substr(0, 4), "xn--");
}

// What one pass over the bytes finds out.
struct Scan {
  bool non_ascii = false;
  bool a_label = false;
  std::string fault;  // empty: none
};

// Most labels: nothing to find fault with.
bool is_usual(std::string_view label) {
  return !label.empty() && label.front() != '-' && label.back() != '-' &&
         label.size() <= kMostLabelOctets;
}

std::string fault_of_label(std::string_view label, std::size_t number,
                           std::size_t at) {
  const auto fault = [&](const std::string& what, std::size_t byte) {
    return "label " + std::to_string(number) + " " + what + " (byte " +
           std::to_string(byte) + ")";
  };
  if (label.empty()) return fault("is empty", at);
  if (label.front() == '-') return fault("begins with a hyphen", at);
  if (label.back() == '-') {
    return fault("ends with a hyphen", at + label.size() - 1);
  }
  if (label.size() > kMostLabelOctets && is_ascii(label)) {
    return fault("is " + std::to_string(label.size()) +
                     " octets long; at most " +
                     std::to_string(kMostLabelOctets) + " are allowed",
                 at);
  }
  return {};
}

// RFC 3696 2: no top-level domain is a number, so that a name can be told from
// an address; RFC 5321 4.1.3 writes addresses in brackets.
std::string fault_of_number(std::string_view name, std::string_view last) {
  const auto labels = split(name, '.');
  const bool address =
      labels.size() == 4 && std::ranges::all_of(labels, [](auto label) {
        return is_number(label) && label.size() <= 3 &&
               (label.size() < 3 || label <= "255");
      });
  if (address) {
    const std::string text(name);
    return "'" + text + "' looks like an IP address; write [" + text + "]";
  }
  return "the last label, '" + printable(last, 80) +
         "', is a number; no top-level domain is";
}

std::string too_long(std::size_t octets) {
  return "name is " + std::to_string(octets) + " octets long; at most " +
         std::to_string(kMostOctets) + " are allowed";
}

Scan scan(std::string_view name) {
  Scan result;
  std::size_t start = 0;
  std::size_t number = 1;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    if (i < name.size() && name[i] != '.') {
      if (!may_stand_in_label(name[i])) {
        result.fault = "byte " + std::to_string(i) + " (" +
                       describe_byte(name[i]) +
                       ") cannot stand in a domain name";
        return result;
      }
      result.non_ascii = result.non_ascii || is_non_ascii(name[i]);
      continue;
    }
    const std::string_view label = name.substr(start, i - start);
    if (!is_usual(label)) result.fault = fault_of_label(label, number, start);
    if (!result.fault.empty()) return result;
    ++number;
    result.a_label = result.a_label || is_a_label(label);
    if (i < name.size()) start = i + 1;
  }
  const std::string_view last = name.substr(start);
  if (is_number(last)) {
    result.fault = fault_of_number(name, last);
  } else if (name.size() > kMostOctets && !result.non_ascii) {
    result.fault = too_long(name.size());
  }
  return result;
}

// Removes one full stop at the end: the root's.
bool drop_root(std::string_view& name) {
  if (!name.ends_with('.')) return false;
  name.remove_suffix(1);
  return true;
}

}  // namespace

Result<Name> Name::parse(std::string_view text) {
  if (text.size() > kMostBytes + 1) return fail(too_long(text.size()));
  const bool had_root = drop_root(text);
  if (text.empty()) return fail("name is empty");

  Scan found = scan(text);
  if (!found.fault.empty()) return fail(std::move(found.fault));
  if (!found.non_ascii && !found.a_label) return Name(ascii_lower(text), {});

  auto mapped = to_a_labels(text);
  if (!mapped) return std::unexpected(mapped.error());
  // U+3002 at the end is a root, too.
  std::string_view ascii = *mapped;
  if (!had_root) drop_root(ascii);
  found = scan(ascii);
  if (!found.fault.empty()) {
    return fail(found.fault + ", once mapped to '" + printable(ascii, 80) +
                "'");
  }
  if (!found.a_label) return Name(std::string(ascii), {});
  auto unicode = to_u_labels(ascii);
  if (!unicode) return std::unexpected(unicode.error());
  return Name(std::string(ascii), std::move(*unicode));
}

Name::Name(std::string ascii, std::string unicode)
    : ascii_(std::move(ascii)), unicode_(std::move(unicode)) {}

std::vector<std::string_view> Name::labels() const {
  return split(ascii_, '.');
}

bool is_within(std::string_view name, std::string_view parent) {
  if (parent.empty() || !name.ends_with(parent)) return false;
  return name.size() == parent.size() ||
         name[name.size() - parent.size() - 1] == '.';
}

}  // namespace lostletter::domain
