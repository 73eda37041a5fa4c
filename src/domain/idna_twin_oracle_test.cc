// SPDX-License-Identifier: Apache-2.0
//
// libidn2 is the oracle of its twin: same text, same fault, for every character
// in several places and for labels made at random.
#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "base/text.h"
#include "domain/idna_label.h"

namespace lostletter::domain {
namespace {

constexpr char32_t kLast = 0x10FFFF;

bool is_surrogate(char32_t c) { return c >= 0xD800 && c < 0xE000; }

// idna.cc takes names apart here, and lets no NUL through.
bool may_be_asked(char32_t c) {
  return c != 0 && c != '.' && c != 0x3002 && c != 0xFF0E && c != 0xFF61 &&
         !is_surrogate(c);
}

void same(const std::u32string& label) {
  const std::string text = encode_utf8(label);
  const Converted want = by_libidn2::map_label(text);
  const Converted got = by_tables::map_label(text);
  EXPECT_EQ(got.text, want.text) << printable(text);
  EXPECT_EQ(got.fault, want.fault) << printable(text);
  if (!want.text.starts_with("xn--")) return;
  EXPECT_EQ(by_tables::decode_label(want.text).text,
            by_libidn2::decode_label(want.text).text)
      << want.text;
}

TEST(IdnaTwin, EveryCharacterInSeveralPlaces) {
  for (char32_t c = 0x80; c <= kLast && !testing::Test::HasFailure(); ++c) {
    if (!may_be_asked(c)) continue;
    same({c});
    // A million characters are none yet: a sample of them is enough.
    const auto alone = by_libidn2::map_label(encode_utf8({&c, 1}));
    if (alone.fault == Fault::kCharacter && c % 32 != 0) continue;
    same({'a', c});
    same({U'\u4E2D', c, 'b'});
    same({U'\u05D0', c, U'\u05D0'});
    same({U'\u0628', 0x200C, c});
    same({'a', 'b', '-', '-', c});
    same({c, 0x0301, '-'});
  }
}

// Whatever two characters do to each other shows in few blocks at a time.
TEST(IdnaTwin, RandomLabels) {
  std::mt19937 random(5891);  // the same labels at each run
  const auto below = [&](std::size_t n) {
    return static_cast<char32_t>(random() % n);
  };
  constexpr std::u32string_view kAlways =
      U"abzABZ019-_ /=\u0301\u0323\u0338\u200C\u200D\u00DF\u03C2\u00B7\u05D0"
      U"\u05B0\u0627\u0628\u064E\u0660\u06F0\u094D\u0915\u1100\u1161\u11A8";
  int accepted = 0;
  for (int i = 0; i < 100'000 && !testing::Test::HasFailure(); ++i) {
    const char32_t block = below(below(4) == 0 ? 0x21FF : 0x400) * 0x80;
    std::u32string label;
    for (std::size_t n = 1 + below(i % 100 == 0 ? 70 : 8); n > 0; --n) {
      label +=
          below(2) == 0 ? kAlways[below(kAlways.size())] : block + below(0x80);
    }
    if (!std::ranges::all_of(label, may_be_asked)) continue;
    same(label);
    const auto made = by_tables::map_label(encode_utf8(label));
    accepted += made.text.starts_with("xn--") ? 1 : 0;
  }
  EXPECT_GT(accepted, 5'000);
}

TEST(IdnaTwin, LongLabels) {
  for (std::size_t n = 50; n < 80; ++n) {
    same(std::u32string(n, U'a') + U'\u00FC');
    same(std::u32string(n, U'\u00FC'));
    same(std::u32string(n, U'\uFF41'));
  }
  same(std::u32string(300, U'\u00FC'));
  // Too long as mapped (U+2017 becomes two characters) hides other faults.
  for (std::size_t n = 245; n < 260; ++n) {
    same(std::u32string(n, U'-') + U'\u2017');
    same(std::u32string(n, U'-') + U"\u2017\uFABF");
  }
}

// A-labels as strangers write them.
TEST(IdnaTwin, RandomPunycode) {
  constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::mt19937 random(3492);
  int decoded = 0;
  for (int i = 0; i < 100'000 && !testing::Test::HasFailure(); ++i) {
    std::string label = "xn--";
    for (auto n = random() % 4; n > 0; --n) label += "ab-0"[random() % 4];
    if (label.size() > 4) label += '-';
    for (auto n = 1 + random() % (i % 50 == 0 ? 60 : 9); n > 0; --n) {
      // Low digits end a number, high ones go on with it.
      label += kDigits[random() % (random() % 2 == 0 ? 8 : kDigits.size())];
    }
    const Converted want = by_libidn2::decode_label(label);
    const Converted got = by_tables::decode_label(label);
    if (label.size() > 63) continue;  // idna.cc asks nobody
    ASSERT_EQ(got.text, want.text) << label;
    ASSERT_EQ(got.fault, want.fault) << label;
    if (got.fault == Fault::kNone) {
      ++decoded;
      same(decode_utf8(got.text).value_or(U""));
    }
  }
  EXPECT_GT(decoded, 20'000);
}

}  // namespace
}  // namespace lostletter::domain
