// SPDX-License-Identifier: Apache-2.0
#include "domain/idna.h"

#include <string>

#include <gtest/gtest.h>

#include "base/text.h"

namespace lostletter::domain {
namespace {

using namespace std::string_view_literals;

std::string show(const Result<std::string>& text) {
  return text ? *text : text.error().message;
}

struct Case {
  std::string_view text;
  std::string_view result;  // or the error message
};

TEST(Idna, ToALabels) {
  constexpr Case kCases[] = {
      {"", ""},
      {"Army.MIL", "army.mil"},
      {"bücher", "xn--bcher-kva"},
      {"Bücher.Faß.com", "xn--bcher-kva.xn--fa-hia.com"},
      {"日本\u3002jp\uFF61", "xn--wgv71a.jp."},
      // ASCII labels pass; whether they can stand in a name, Name says.
      {"xn--a..-", "xn--a..-"},
      {"a\0B"sv, "a\0b"sv},
      {"a\uFF0Fb", "a/b"},
      {"ü\0x"sv, "label 'ü\\x00x' is no valid U-label: U+0000 stands in it"},
      {"a.☕",
       "label '☕' is no valid U-label: IDNA2008 does not allow U+2615"},
      {"ab.\xE2\x98", "byte 3 (0xe2) is not UTF-8"},
  };
  for (const auto& [text, result] : kCases) {
    EXPECT_EQ(show(to_a_labels(text)), result) << printable(text);
  }
}

TEST(Idna, ToULabels) {
  constexpr Case kCases[] = {
      {"", ""},
      {"Army.MIL.", "army.mil."},
      {"XN--Bcher-KVA.com", "bücher.com"},
      {"xn--wgv71a.jp", "日本.jp"},
      {"xn--abc-",
       "label 'xn--abc-' is no valid A-label: its punycode does "
       "not decode"},
      {"xn--",
       "label 'xn--' is no valid A-label: its punycode does not "
       "decode"},
      {"xn--\xC3\xBC", "label 'xn--ü' is no valid A-label: it is not ASCII"},
      {"xn--a\0b"sv,
       "label 'xn--a\\x00b' is no valid A-label: U+0000 stands in it"},
  };
  for (const auto& [text, result] : kCases) {
    EXPECT_EQ(show(to_u_labels(text)), result) << printable(text);
  }
}

}  // namespace
}  // namespace lostletter::domain
