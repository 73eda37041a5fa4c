// SPDX-License-Identifier: Apache-2.0
//
// ICU is the oracle of idna.h.
#include <algorithm>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>
#include <unicode/idna.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "base/text.h"
#include "domain/idna.h"

namespace lostletter::domain {
namespace {

std::string show(const Result<std::string>& text) {
  return text ? *text : text.error().message;
}

// ICU's UTS 46 knows no IDNA2008: it lets through symbols and emoji.
class IcuIdna : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(U_SUCCESS(status_)); }

  struct Processed {
    bool valid;
    bool valid_but_for_direction;
    std::string ascii;
    std::u32string unicode;
  };
  Processed process(const std::string& label) const {
    UErrorCode status = U_ZERO_ERROR;
    icu::IDNAInfo info;
    icu::IDNAInfo info_u;
    icu::UnicodeString ascii;
    icu::UnicodeString unicode;
    const auto text = icu::UnicodeString::fromUTF8(label);
    idna_->labelToASCII(text, ascii, info, status);
    idna_->labelToUnicode(text, unicode, info_u, status);
    EXPECT_TRUE(U_SUCCESS(status));
    Processed result{
        !info.hasErrors(), (info.getErrors() & ~UIDNA_ERROR_BIDI) == 0, {}, {}};
    ascii.toUTF8String(result.ascii);
    for (std::int32_t i = 0; i < unicode.length();
         i = unicode.moveIndex32(i, 1)) {
      result.unicode += static_cast<char32_t>(unicode.char32At(i));
    }
    return result;
  }

  // RFC 5892 2: letters and digits are valid, but for a few exceptions (2.6),
  // marks for symbols and music (2.4) and old Hangul (2.9); what is unstable or
  // ignorable is gone after the mapping.
  static bool is_valid_by_category(char32_t c) {
    constexpr std::u32string_view kExcept =
        U"\u0640\u07FA\u302E\u302F\u3031\u3032\u3033\u3034\u3035\u303B";
    if (kExcept.find(c) != kExcept.npos || is_conjoining_jamo(c) ||
        (c >= 0x20D0 && c <= 0x20FF) || (c >= 0x1D100 && c <= 0x1D24F)) {
      return false;
    }
    constexpr std::uint32_t kLetterDigits =
        U_GC_L_MASK | U_GC_MN_MASK | U_GC_MC_MASK | U_GC_ND_MASK;
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & kLetterDigits) != 0;
  }

  static bool is_conjoining_jamo(char32_t c) {
    return (c >= 0x1100 && c <= 0x11FF) || (c >= 0xA960 && c <= 0xA97F) ||
           (c >= 0xD7B0 && c <= 0xD7FF);
  }

  // libidn2 2.3.3 knows the characters of Unicode 12.
  static bool is_known(char32_t c) {
    UVersionInfo age;
    u_charAge(static_cast<UChar32>(c), age);
    return age[0] <= 12;
  }

  // Ours is ICU's answer, or an error where IDNA2008 has a reason for one.
  void same(const std::string& label) {
    const Processed icu = process(label);
    const auto ours = to_a_labels(label);
    if (ours) {
      ++accepted_;
      // libidn2 lets a Hebrew label end in a hyphen with a mark.
      EXPECT_TRUE(icu.valid_but_for_direction)
          << printable(label) << " is " << *ours;
      EXPECT_EQ(*ours, icu.ascii) << printable(label);
      EXPECT_EQ(decode_utf8(show(to_u_labels(*ours))), icu.unicode);
    } else if (icu.valid) {
      EXPECT_FALSE(
          std::ranges::all_of(decode_utf8(label).value_or(U""), is_known) &&
          std::ranges::all_of(icu.unicode, is_valid_by_category))
          << printable(label) << ": " << ours.error().message;
    }
  }

  int accepted_ = 0;

 private:
  UErrorCode status_ = U_ZERO_ERROR;
  const std::unique_ptr<icu::IDNA> idna_{icu::IDNA::createUTS46Instance(
      UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII |
          UIDNA_NONTRANSITIONAL_TO_UNICODE,
      status_)};
};

bool is_dot(char32_t c) {
  return c == '.' || c == 0x3002 || c == 0xFF0E || c == 0xFF61;
}

bool is_surrogate(char32_t c) { return c >= 0xD800 && c < 0xE000; }

TEST_F(IcuIdna, EveryCodePoint) {
  for (char32_t c = 0x80; c <= 0x10FFFF && !HasFailure(); ++c) {
    if (!is_surrogate(c) && !is_dot(c)) same(encode_utf8({&c, 1}));
  }
  EXPECT_GT(accepted_, 100'000);
}

TEST_F(IcuIdna, RandomLabels) {
  std::mt19937 random(46);  // the same labels at each run
  const auto below = [&](std::size_t n) {
    return static_cast<char32_t>(random() % n);
  };
  constexpr std::u32string_view kAlways =
      U"abz019-\u0301\u0338\u200C\u200D\u00DF\u03C2\u00B7\u05D0\u0627";
  for (int i = 0; i < 200'000 && !HasFailure(); ++i) {
    const char32_t block = below(0x500) * 0x80;
    std::u32string label;
    for (std::size_t n = 1 + below(7); n > 0; --n) {
      label +=
          below(2) == 0 ? kAlways[below(kAlways.size())] : block + below(0x80);
    }
    // ICU counts the places of hyphens in UTF-16.
    if (label.find(U"--") == label.npos &&
        std::ranges::none_of(label, is_dot) &&
        std::ranges::none_of(label, is_surrogate) &&
        std::ranges::any_of(label, [](char32_t c) { return c >= 0x80; })) {
      same(encode_utf8(label));
    }
  }
  EXPECT_GT(accepted_, 10'000);
}

}  // namespace
}  // namespace lostletter::domain
