// SPDX-License-Identifier: Apache-2.0
#include "domain/skeleton.h"

#include <string>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace lostletter::domain
