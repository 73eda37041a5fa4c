// SPDX-License-Identifier: Apache-2.0
//
// What skeletons need of the Unicode character database, as arrays written at
// build time by tools/make_unicode_tables (docs/decisions/0001). Everything is
// sorted by code point.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lostletter::domain::table {

// A code point that becomes `length` of kCodePoints from `at`.
struct Mapping {
  char32_t from;
  std::uint16_t at;
  std::uint8_t length;
};

// The value of every code point from `first` to the next range's.
struct Range {
  char32_t first;
  std::uint16_t value;
};

// One bit a script; all bits for characters that go with every script.
inline constexpr std::size_t kScriptWords = 3;
struct ScriptSet {
  std::uint64_t words[kScriptWords];
};
inline constexpr std::uint64_t kLatin = 1;  // bits of words[0]
inline constexpr std::uint64_t kJapanese = 2;
inline constexpr std::uint64_t kHanWithBopomofo = 4;
inline constexpr std::uint64_t kKorean = 8;

extern const char32_t kCodePoints[];

// Canonical, to the end; without Hangul, which is arithmetic.
extern const Mapping kDecompositions[];
extern const std::size_t kDecompositionsCount;

// Of characters that NFD leaves alone, themselves in NFD (UTS 39 section 4).
extern const Mapping kPrototypes[];
extern const std::size_t kPrototypesCount;
extern const std::size_t kAsciiPrototypesCount;  // the first of them

// Canonical combining classes.
extern const Range kClasses[];
extern const std::size_t kClassesCount;

// Numbers of kScriptSets: script extensions, augmented (UTS 39 5.1).
extern const Range kScripts[];
extern const std::size_t kScriptsCount;
extern const ScriptSet kScriptSets[];

}  // namespace lostletter::domain::table
