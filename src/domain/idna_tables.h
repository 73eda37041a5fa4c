// SPDX-License-Identifier: Apache-2.0
//
// What idna_twin.cc knows of characters. It is compiled in as bytes that pack
// well (tools/make_idna_tables) and unpacked at first use: a browser that never
// meets an internationalised name never pays for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/unicode_tables.h"

namespace lostletter::domain {

enum class CharacterRule {
  kValid,
  kDisallowed,  // by UTS 46
  kRefused,     // by IDNA2008 alone
  kUnassigned,  // when libidn2's table of IDNA2008 was made
};

// Classes of direction, in the order of RFC 5893's mention.
enum class Direction {
  kL,
  kR,
  kAl,
  kAn,
  kEn,
  kEs,
  kCs,
  kEt,
  kOn,
  kBn,
  kNsm,
  kOther,
};

// Types of joining (the Unicode Standard 9.2).
enum class Joining {
  kNone,
  kTransparent,
  kLeft,
  kRight,
  kDual,
  kCausing,
};

struct Character {
  CharacterRule rule;
  Direction direction;
  Joining joining;
  bool is_mark;
};

// Of a character that the mapping leaves as it is.
Character character(char32_t c);

// Appends what the mapping makes of `c`, beyond ASCII; `c` itself when nothing.
void append_idna_mapped(std::u32string& text, char32_t c);

// The canonical composition of two characters, or 0.
char32_t composed(char32_t first, char32_t second);

namespace table {

extern const std::uint8_t kIdnaRanges[];
extern const std::size_t kIdnaRangesSize;
extern const std::uint8_t kIdnaMappings[];
extern const std::size_t kIdnaMappingsSize;
extern const std::uint8_t kIdnaPairs[];
extern const std::size_t kIdnaPairsSize;

}  // namespace table
}  // namespace lostletter::domain
