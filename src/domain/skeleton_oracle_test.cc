// SPDX-License-Identifier: Apache-2.0
//
// ICU is the oracle of skeleton.h.
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include "base/text.h"
#include "domain/skeleton.h"

namespace lostletter::domain {
namespace {

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
