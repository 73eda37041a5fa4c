// SPDX-License-Identifier: Apache-2.0
#include "domain/punycode.h"

#include <gtest/gtest.h>

namespace lostletter::domain {
namespace {

// The first is sample (L) of RFC 3492 section 7.1, in lower case.
TEST(Punycode, Samples) {
  struct Case {
    std::u32string_view text;
    std::string_view punycode;
  };
  constexpr Case kCases[] = {
      {U"3\u5E74b\u7D44\u91D1\u516B\u5148\u751F", "3b-ww4c5e180e575a65lsy2b"},
      {U"b\u00FCcher", "bcher-kva"},
      {U"\u00FC", "tda"},
  };
  for (const auto& [text, punycode] : kCases) {
    EXPECT_EQ(encode_punycode(text), punycode);
    EXPECT_EQ(decode_punycode(punycode), text);
  }
  for (const auto* wrong :
       {"", "abc-", "-", "a b-1rh", "a_", "99999999", "b\xFC"}) {
    EXPECT_EQ(decode_punycode(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace lostletter::domain
