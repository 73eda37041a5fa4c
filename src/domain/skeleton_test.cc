// SPDX-License-Identifier: Apache-2.0
#include "domain/skeleton.h"

#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include "base/text.h"

namespace lostletter::domain {
namespace {

TEST(Skeleton, Cases) {
  struct Case {
    std::string_view text;
    std::string_view skeleton;
  };
  constexpr Case kCases[] = {
      {"", ""},
      {"army.ml", "arrny.rnl"},
      {"arrny.ml", "arrny.rnl"},
      {"paypal", "paypal"},
      {"paypa1", "paypal"},
      {"paypaI", "paypal"},
      {"g00gle", "gOOgle"},
      {"раураl", "paypal"},         // Cyrillic but for the l
      {"сосо", "coco"},             // Cyrillic
      {"e\u0301", "e\u0301"},       // decomposed already
      {"\u00E9", "e\u0301"},        // composed
      {"\u1E69", "s\u0323\u0307"},  // two marks, by class
      {"s\u0307\u0323", "s\u0323\u0307"},
      {"\uAC01", "\u1100\u1161\u1100"},  // Hangul, with trailing consonant
      {"\uAC00", "\u1100\u1161"},        // and without
      {"a\xFF", "a\xFF"},                // not UTF-8: unchanged
      {"\xED\xA0\x80", "\xED\xA0\x80"},
  };
  for (const auto& [text, expected] : kCases) {
    EXPECT_EQ(skeleton(text), expected) << printable(text);
  }
}

TEST(Skeleton, MixedScript) {
  constexpr std::string_view kMixed[] = {
      "аrmy",          // Cyrillic a
      "рaypal",        // Cyrillic r
      "αbc",           // Greek and Latin
      "αб",            // Greek and Cyrillic
      "a\u05D0",       // Latin and Hebrew
      "にх",           // Hiragana and Cyrillic
      "한に",          // Hangul and Hiragana
      "ㄅに",          // Bopomofo and Hiragana
      "abc한に",       // no usual mixture, with Latin either
      "\u0561\u03BF",  // Armenian and Greek
      "a\u0378",       // not assigned
  };
  constexpr std::string_view kNotMixed[] = {
      "",
      "army",
      "army-123",
      "123",
      "армия",
      "армия-1",
      "bücher",
      "u\u0308",  // an inherited mark
      "日本語",
      "日本ごカナ",
      "abc日本ごカナ",  // Japanese with Latin
      "abc한국韓國",    // Korean with Latin
      "abc漢ㄅ",        // Chinese with Latin
      "a\u30FC",        // the length mark belongs to Japanese
      "\xFF",           // not UTF-8
      "аrmy\xFF",
  };
  for (const auto text : kMixed) EXPECT_TRUE(is_mixed_script(text)) << text;
  for (const auto text : kNotMixed) {
    EXPECT_FALSE(is_mixed_script(text)) << printable(text);
  }
}

TEST(Skeleton, WholeScriptConfusable) {
  constexpr std::string_view kConfusable[] = {
      "сосо",          // Cyrillic
      "ѕсоре",         // Cyrillic
      "ѕсоре-1",       // what goes with every script does not matter
      "оос0",          // Cyrillic and a digit
      "ονο",           // Greek
      "\u0585\u0570",  // Armenian
  };
  constexpr std::string_view kNot[] = {
      "",      "coco",
      "123",  // no letter
      "1-2",
      "армия",  // Cyrillic, like nothing Latin
      "ёо",     // e with diaeresis: no ASCII letter
      "соco",   // half Latin
      "cöcö",   // Latin itself
      "日本",  "с\xFF",
  };
  for (const auto text : kConfusable) {
    EXPECT_TRUE(is_whole_script_confusable(text)) << text << skeleton(text);
  }
  for (const auto text : kNot) {
    EXPECT_FALSE(is_whole_script_confusable(text)) << printable(text);
  }
}

// ICU is where the prototypes were asked for, but one character at a time and
// without decompositions; whole strings are its own affair, and the scripts.
class Icu : public testing::Test {
 protected:
  Icu() {
    UErrorCode status = U_ZERO_ERROR;
    checker_.reset(uspoof_open(&status));
    uspoof_setChecks(checker_.get(), USPOOF_RESTRICTION_LEVEL | USPOOF_AUX_INFO,
                     &status);
    uspoof_setRestrictionLevel(checker_.get(), USPOOF_HIGHLY_RESTRICTIVE);
    EXPECT_TRUE(U_SUCCESS(status));
  }

  std::string skeleton_by_icu(const std::string& utf8) const {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString result;
    uspoof_getSkeletonUnicodeString(
        checker_.get(), 0, icu::UnicodeString::fromUTF8(utf8), result, &status);
    std::string out;
    return result.toUTF8String(out);
  }

  bool is_mixed_by_icu(const std::string& utf8) const {
    UErrorCode status = U_ZERO_ERROR;
    const auto found = uspoof_check2UnicodeString(
        checker_.get(), icu::UnicodeString::fromUTF8(utf8), nullptr, &status);
    return (found & USPOOF_RESTRICTION_LEVEL) != 0;
  }

  void same(const std::string& utf8) const {
    EXPECT_EQ(skeleton(utf8), skeleton_by_icu(utf8)) << printable(utf8);
    EXPECT_EQ(is_mixed_script(utf8), is_mixed_by_icu(utf8)) << printable(utf8);
  }

 private:
  std::unique_ptr<USpoofChecker, void (*)(USpoofChecker*)> checker_{
      nullptr, uspoof_close};
};

bool is_surrogate(char32_t c) { return c >= 0xD800 && c < 0xE000; }

TEST_F(Icu, EveryCodePoint) {
  for (char32_t c = 0; c <= 0x10FFFF && !HasFailure(); ++c) {
    if (!is_surrogate(c)) same(encode_utf8({&c, 1}));
  }
}

// Next to a Latin letter each code point shows its scripts.
TEST_F(Icu, EveryCodePointBesideLatin) {
  for (char32_t c = 0; c <= 0x10FFFF && !HasFailure(); ++c) {
    if (!is_surrogate(c)) same("a" + encode_utf8({&c, 1}));
  }
}

TEST_F(Icu, RandomStrings) {
  struct Block {
    char32_t first;
    char32_t last;
  };
  constexpr Block kBlocks[] = {
      {0x20, 0x7E},     {0xC0, 0x24F},    {0x300, 0x36F},   {0x370, 0x3FF},
      {0x400, 0x52F},   {0x531, 0x58A},   {0x591, 0x5F4},   {0x600, 0x6FF},
      {0x900, 0x97F},   {0xE00, 0xE7F},   {0x1100, 0x11FF}, {0x1E00, 0x1FFF},
      {0x2070, 0x218B}, {0x3041, 0x30FF}, {0x3105, 0x312F}, {0x4E00, 0x9FFF},
      {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFF01, 0xFFEE}, {0x1D400, 0x1D7FF},
  };
  std::mt19937 random(39);  // the same strings at each run
  const auto below = [&](std::size_t n) { return random() % n; };
  for (int i = 0; i < 200'000 && !HasFailure(); ++i) {
    // Few blocks in one string, or nearly all would be mixed.
    const Block own[] = {kBlocks[below(std::size(kBlocks))],
                         kBlocks[below(std::size(kBlocks))], kBlocks[2]};
    std::u32string text;
    for (std::size_t n = 1 + below(8); n > 0; --n) {
      const Block& block = own[below(std::size(own))];
      text += block.first +
              static_cast<char32_t>(below(block.last - block.first + 1));
    }
    same(encode_utf8(text));
  }
}

}  // namespace
}  // namespace lostletter::domain
