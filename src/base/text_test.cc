// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

namespace lostletter {
namespace {

using namespace std::string_view_literals;

TEST(Text, Utf8) {
  struct Case {
    std::string_view bytes;
    bool valid;
  };
  constexpr Case kCases[] = {
      {"", true},
      {"abc", true},
      {"b\xC3\xBC"
       "cher",
       true},
      {"\xF4\x8F\xBF\xBF", true},   // U+10FFFF
      {"\xF4\x90\x80\x80", false},  // one above
      {"\xC0\xAF", false},          // overlong '/'
      {"\xE0\x80\xAF", false},      // overlong '/', three bytes
      {"\xED\xA0\x80", false},      // a surrogate
      {"\xC3", false},              // cut
      {"\x80", false},              // a continuation alone
      {"\xFF", false},
      {"a\0b"sv, true},
  };
  for (const auto& [bytes, valid] : kCases) {
    EXPECT_EQ(is_valid_utf8(bytes), valid) << printable(bytes);
    const auto decoded = decode_utf8(bytes);
    ASSERT_EQ(decoded.has_value(), valid) << printable(bytes);
    if (decoded) {
      EXPECT_EQ(encode_utf8(*decoded), bytes);
    }
  }
}

TEST(Text, Printable) {
  struct Case {
    std::string_view text;
    std::string_view shown;
  };
  constexpr Case kCases[] = {
      {"plain", "plain"},
      {"a\r\nb", "a\\x0d\\x0ab"},
      {"a\0b"sv, "a\\x00b"},
      {"back\\slash", "back\\\\slash"},
      {"b\xC3\xBC"
       "cher",
       "b\xC3\xBC"
       "cher"},
      {"\xE2\x80\xAE"
       "evil",
       "\\u{202e}evil"},
      {"\xE2\x80\x8Bzero", "\\u{200b}zero"},
      {"\xFFx", "\\xffx"},
      {"\xC2\x85", "\\u{0085}"},
  };
  for (const auto& [text, shown] : kCases) EXPECT_EQ(printable(text), shown);
  EXPECT_EQ(printable("abcdefghij", 8), "abcde...");
  EXPECT_EQ(printable("abcdefgh", 8), "abcdefgh");
}

TEST(Text, SplitAndTrim) {
  using Pieces = std::vector<std::string_view>;
  EXPECT_EQ(split("a,b,,c", ','), (Pieces{"a", "b", "", "c"}));
  EXPECT_EQ(split("", ','), Pieces{""});
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \r\n"), "");
}

TEST(Text, Nearest) {
  const std::vector<std::string> known = {"block", "allow", "mode", "listen"};
  EXPECT_EQ(nearest("blok", known), "block");
  EXPECT_EQ(nearest("alolw", known), "allow");
  EXPECT_EQ(nearest("completely", known), std::nullopt);
  EXPECT_EQ(typing_distance("ca", "abc", 5), 3);  // not unrestricted Damerau
  EXPECT_EQ(typing_distance("abcdef", "x", 2), 3);
}

TEST(Text, CodePointName) {
  EXPECT_EQ(code_point_name(U'\u00E4'), "U+00E4");
  EXPECT_EQ(code_point_name(U'\U0001F4A9'), "U+1F4A9");
  EXPECT_EQ(code_point_name(U'\U0010FFFF'), "U+10FFFF");
}

}  // namespace
}  // namespace lostletter
