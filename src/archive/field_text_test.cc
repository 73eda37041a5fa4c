// SPDX-License-Identifier: Apache-2.0
#include "archive/field_text.h"

#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mail/address.h"

namespace lostletter::archive {
namespace {

// What mail::Address makes of it; empty when it is none.
std::string parsed(const std::string& text) {
  const auto address = mail::Address::parse(text);
  return address ? address->to_string() : std::string();
}

TEST(FieldText, APlainAddressIsOneThatStaysAsItIs) {
  for (const std::string text :
       {"ann@example.com", "a.b-c+d@x-y.co.uk", "o'neil@9front.org"}) {
    EXPECT_TRUE(is_plain_address(text)) << text;
    EXPECT_EQ(parsed(text), text);
  }
  for (const char* text : {"",
                           "ann",
                           "@b.de",
                           "a@",
                           "a@b",
                           "a@B.de",
                           "a@b.DE",
                           "a..b@c.de",
                           ".a@b.de",
                           "a.@b.de",
                           "a@-b.de",
                           "a@b-.de",
                           "a@b..de",
                           "a@b.de.",
                           "a@xn--bcher-kva.de",
                           "a@a_b.de",
                           "a@1.2.3.4",
                           "a@[1.2.3.4]",
                           "\"a b\"@c.de",
                           "a b@c.de",
                           "a@b@c.de",
                           "\xc3\xbc@b.de"}) {
    EXPECT_FALSE(is_plain_address(text)) << text;
  }
}

// Of pieces that matter, a quick yes is always what the whole parser says.
TEST(FieldText, ThePlainWayEqualsTheWhole) {
  const std::vector<std::string> pieces = {"a",
                                           "b9",
                                           "c",
                                           "de",
                                           "-",
                                           ".",
                                           ".",
                                           ".co",
                                           ".uk",
                                           "0",
                                           "x",
                                           "yz",
                                           std::string(31, 'x'),
                                           "_",
                                           "@",
                                           "xn--",
                                           "A",
                                           "+",
                                           "\"",
                                           "\xc3\xbc"};
  std::mt19937 random(7);
  std::uniform_int_distribution<std::size_t> piece(0, pieces.size() - 1);
  std::uniform_int_distribution<int> count(1, 6);
  int plain = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (int n = count(random); n > 0; --n) text += pieces[piece(random)];
    text += '@';
    for (int n = count(random); n > 0; --n) text += pieces[piece(random)];
    if (!is_plain_address(text)) continue;
    ++plain;
    ASSERT_EQ(parsed(text), text);
  }
  EXPECT_GT(plain, 1000);
}

}  // namespace
}  // namespace lostletter::archive
