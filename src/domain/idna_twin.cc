// SPDX-License-Identifier: Apache-2.0
//
// What libidn2 does to a label, without libidn2: for wasm32, where a browser's
// URL parser would do only half of it and each browser another half
// (docs/decisions/0006-idna-in-wasm.md). The order of the checks is libidn2's,
// so that both name the same fault of a label with two.
#include <algorithm>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "domain/idna_label.h"
#include "domain/idna_tables.h"
#include "domain/normalize.h"
#include "domain/punycode.h"

namespace lostletter::domain::by_tables {
namespace {

constexpr std::string_view kPrefix = "xn--";
constexpr std::size_t kMostLabelOctets = 63;
constexpr std::size_t kMostMapped = 254;  // more is not looked at any further
constexpr char32_t kZeroWidthNonJoiner = 0x200C;
constexpr char32_t kZeroWidthJoiner = 0x200D;
constexpr std::uint16_t kVirama = 9;  // a canonical combining class

bool any_is(CharacterRule rule, std::u32string_view label) {
  return std::ranges::any_of(
      label, [&](char32_t c) { return character(c).rule == rule; });
}

// UTS 46 section 4, step 1.
std::u32string mapped(std::u32string_view label) {
  std::u32string text;
  for (const char32_t c : label) {
    if (c < 0x80) {
      text += static_cast<unsigned char>(ascii_lower(static_cast<char>(c)));
    } else {
      append_idna_mapped(text, c);
    }
  }
  return text;
}

bool is_virama(char32_t c) { return combining_class(c) == kVirama; }

// RFC 5892 A.1: (L|D) T* here T* (R|D).
bool joins_both_sides(std::u32string_view label, std::size_t at) {
  const auto joining = [&](std::size_t i) {
    return character(label[i]).joining;
  };
  std::size_t before = at;
  while (before > 0 && joining(before - 1) == Joining::kTransparent) --before;
  std::size_t after = at + 1;
  while (after < label.size() && joining(after) == Joining::kTransparent) {
    ++after;
  }
  if (before == 0 || after == label.size()) return false;
  const Joining left = joining(before - 1);
  const Joining right = joining(after);
  return (left == Joining::kLeft || left == Joining::kDual) &&
         (right == Joining::kRight || right == Joining::kDual);
}

// RFC 5892 A.1 and A.2.
bool may_stand(std::u32string_view label, std::size_t at) {
  const char32_t c = label[at];
  if (c != kZeroWidthNonJoiner && c != kZeroWidthJoiner) return true;
  if (at > 0 && is_virama(label[at - 1])) return true;
  return c == kZeroWidthNonJoiner && joins_both_sides(label, at);
}

// One bit a class.
constexpr unsigned bit(Direction direction) {
  return 1U << static_cast<unsigned>(direction);
}

template <typename... Directions>
constexpr unsigned bits(Directions... directions) {
  return (bit(directions) | ...);
}

// RFC 5893 section 2, as libidn2 2.3 keeps it: any mark may end a label
// (conditions 3 and 6), digits of both kinds may stand in one (condition 4).
bool keeps_its_direction(std::u32string_view label) {
  using enum Direction;
  constexpr unsigned kNeutral = bits(kEn, kEs, kCs, kEt, kOn, kBn, kNsm);
  const auto direction = [](char32_t c) { return character(c).direction; };
  unsigned present = 0;
  for (const char32_t c : label) present |= bit(direction(c));
  if ((present & bits(kR, kAl, kAn)) == 0) return true;

  const unsigned first = bit(direction(label.front()));
  const unsigned end = bit(direction(label.back()));
  if ((first & bits(kR, kAl)) != 0) {
    return (present & ~(kNeutral | bits(kR, kAl, kAn))) == 0 &&
           (end & bits(kR, kAl, kEn, kAn, kNsm)) != 0;
  }
  return (first & bit(kL)) != 0 && (present & ~(kNeutral | bit(kL))) == 0 &&
         (end & bits(kL, kEn, kNsm)) != 0;
}

// RFC 5891 section 5.4, what shows at the ends. REQUIRES: not empty.
Fault check_form(std::u32string_view label) {
  if (label.size() >= 4 && label[2] == U'-' && label[3] == U'-') {
    return Fault::kHyphensInside;
  }
  if (label.front() == U'-' || label.back() == U'-') return Fault::kHyphenAtEnd;
  return character(label.front()).is_mark ? Fault::kLeadingMark : Fault::kNone;
}

// Likewise, character by character.
Fault check_characters(std::u32string_view label) {
  if (any_is(CharacterRule::kDisallowed, label) ||
      any_is(CharacterRule::kRefused, label)) {
    return Fault::kCharacter;
  }
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (!may_stand(label, i)) return Fault::kJoiner;
  }
  if (any_is(CharacterRule::kUnassigned, label)) return Fault::kCharacter;
  return keeps_its_direction(label) ? Fault::kNone : Fault::kDirections;
}

// What ASCII may stand in a label that is not all ASCII; '_' for real names.
bool is_basic(char32_t c) {
  return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         c == '-' || c == '_';
}

Converted encode(std::u32string_view label) {
  std::string text = std::string(kPrefix) + encode_punycode(label);
  if (text.size() > kMostLabelOctets) return {Fault::kTooLong, {}};
  if (!std::ranges::all_of(label, is_basic)) return {Fault::kOther, {}};
  return {Fault::kNone, std::move(text)};
}

// What a person wrote as an A-label, in full width perhaps, must be one: what
// it decodes to needs no mapping (UTS 46 section 4, step 4) and encodes to it.
Fault check_a_label(std::u32string_view label) {
  const std::string text = encode_utf8(label);
  if (!is_ascii(text)) return Fault::kPunycode;
  const auto decoded = decode_punycode(text.substr(kPrefix.size()));
  if (!decoded) return Fault::kPunycode;
  if (to_nfc(*decoded) != *decoded) return Fault::kOther;
  Fault fault = check_form(*decoded);
  if (fault != Fault::kNone) return fault;
  if (mapped(*decoded) != *decoded) return Fault::kCharacter;
  fault = check_characters(*decoded);
  if (fault != Fault::kNone) return fault;
  const Converted again = encode(*decoded);
  if (again.fault != Fault::kNone) return again.fault;
  return again.text == text ? Fault::kNone : Fault::kOther;
}

}  // namespace

Converted map_label(const std::string& label) {
  const auto code_points = decode_utf8(label);
  if (!code_points) return {Fault::kOther, {}};
  std::u32string text = mapped(*code_points);
  if (any_is(CharacterRule::kDisallowed, text)) return {Fault::kCharacter, {}};
  if (text.size() > kMostMapped) return {Fault::kTooLong, {}};
  text = to_nfc(text);
  if (text.empty()) return {};
  const bool is_a_label = text.starts_with(U"xn--");
  Fault fault = is_a_label ? check_a_label(text) : check_form(text);
  if (fault == Fault::kNone && !is_a_label) fault = check_characters(text);
  if (fault != Fault::kNone) return {fault, {}};
  if (std::ranges::any_of(text, [](char32_t c) { return c >= 0x80; })) {
    return encode(text);
  }
  if (text.size() > kMostLabelOctets) return {Fault::kTooLong, {}};
  return {Fault::kNone, encode_utf8(text)};
}

Converted decode_label(const std::string& label) {
  const auto text = decode_punycode(label.substr(kPrefix.size()));
  if (!text) return {Fault::kPunycode, {}};
  return {Fault::kNone, encode_utf8(*text)};
}

}  // namespace lostletter::domain::by_tables
