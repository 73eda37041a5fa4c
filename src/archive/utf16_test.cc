// SPDX-License-Identifier: Apache-2.0
#include "archive/utf16.h"

#include <gtest/gtest.h>

namespace lostletter::archive {
namespace {

std::string utf16(std::u16string_view text, bool little) {
  std::string bytes;
  for (const char16_t unit : std::u16string(u"\ufeff") + std::u16string(text)) {
    const char low = static_cast<char>(unit & 0xffU);
    const char high = static_cast<char>(unit >> 8U);
    bytes += little ? low : high;
    bytes += little ? high : low;
  }
  return bytes;
}

TEST(Utf16, EveryCutGivesTheSame) {
  for (const bool little : {true, false}) {
    const auto bytes = utf16(u"a\u00fc\u20ac\U0001f4a9\r\n", little);
    ASSERT_TRUE(has_utf16_mark(bytes));
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      Utf16 decoder;
      auto text = decoder.decode(std::string_view(bytes).substr(0, cut));
      text += decoder.decode(std::string_view(bytes).substr(cut));
      EXPECT_EQ(text, "a\u00fc\u20ac\U0001f4a9\r\n") << little << cut;
    }
  }
}

TEST(Utf16, HalfPairs) {
  const auto decode = [](const std::u16string& text) {
    return Utf16().decode(utf16(text, true));
  };
  const char16_t high = 0xd83d;
  const char16_t low = 0xdca9;
  EXPECT_EQ(decode({u'a', high, u'b'}), "a\ufffdb");
  EXPECT_EQ(decode({u'a', low, u'b'}), "a\ufffdb");
  EXPECT_EQ(decode({high, high, low}), "\ufffd\U0001f4a9");
  EXPECT_EQ(Utf16().decode(utf16(u"ab", true) + "c"), "ab");
  EXPECT_FALSE(has_utf16_mark("\xef\xbb\xbf"));
}

}  // namespace
}  // namespace lostletter::archive
