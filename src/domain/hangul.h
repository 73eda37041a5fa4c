// SPDX-License-Identifier: Apache-2.0
//
// Syllables of Hangul, which decompose and compose by arithmetic. Pure.
#pragma once

#include <string>

namespace lostletter::domain {

// The Unicode Standard 3.12: a syllable is leading consonant, vowel and
// perhaps trailing consonant, numbered without gaps.
inline constexpr char32_t kSyllables = 0xAC00;
inline constexpr char32_t kLeading = 0x1100;
inline constexpr char32_t kVowels = 0x1161;
inline constexpr char32_t kTrailing = 0x11A7;  // one before the first
inline constexpr char32_t kLeadingCount = 19;
inline constexpr char32_t kVowelCount = 21;
inline constexpr char32_t kTrailingCount = 28;
inline constexpr char32_t kSyllableCount = 11172;

// Appends what a syllable decomposes to; false for other characters.
inline bool append_hangul(std::u32string& text, char32_t c) {
  const char32_t index = c - kSyllables;  // wraps below, and is too large
  if (index >= kSyllableCount) return false;
  const char32_t trailing = index % kTrailingCount;
  text.push_back(kLeading + index / (kVowelCount * kTrailingCount));
  text.push_back(kVowels + index / kTrailingCount % kVowelCount);
  if (trailing != 0) text.push_back(kTrailing + trailing);
  return true;
}

// The syllable of a leading consonant and a vowel, or of such a syllable and a
// trailing consonant; 0 for others.
inline char32_t composed_hangul(char32_t first, char32_t second) {
  const char32_t leading = first - kLeading;
  const char32_t vowel = second - kVowels;
  if (leading < kLeadingCount && vowel < kVowelCount) {
    return kSyllables + (leading * kVowelCount + vowel) * kTrailingCount;
  }
  const char32_t index = first - kSyllables;
  const char32_t trailing = second - kTrailing;
  const bool is_open = index < kSyllableCount && index % kTrailingCount == 0;
  return is_open && trailing > 0 && trailing < kTrailingCount ? first + trailing
                                                              : 0;
}

}  // namespace lostletter::domain
