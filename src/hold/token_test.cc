// SPDX-License-Identifier: Apache-2.0
#include "hold/token.h"

#include <set>

#include <gtest/gtest.h>

#include "base/text.h"
#include "hold/addresses.h"
#include "store/held.h"

namespace lostletter::hold {
namespace {

const std::string kSecret(32, 's');

TEST(Token, IsGoodForOneThing) {
  const std::string code = store::new_code();
  std::set<std::string> texts;
  for (const Purpose purpose :
       {Purpose::kMend, Purpose::kSend, Purpose::kDiscard, Purpose::kReply}) {
    for (const std::size_t recipient : {0U, 1U, 65535U}) {
      const Token token{code, recipient, purpose};
      const std::string text = make_token(kSecret, token);
      EXPECT_LE(text.size(), 64U);
      EXPECT_TRUE(texts.insert(text).second);
      EXPECT_EQ(read_token(kSecret, text), token);
    }
  }
}

// Mail systems may fold a local part to lower or upper case.
TEST(Token, CaseDoesNotMatter) {
  const Token token{store::new_code(), 3, Purpose::kReply};
  std::string text = make_token(kSecret, token);
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  EXPECT_EQ(read_token(kSecret, text), token);
}

TEST(Token, AnyOtherTextIsNone) {
  const std::string text =
      make_token(kSecret, {store::new_code(), 0, Purpose::kSend});
  EXPECT_FALSE(read_token(std::string(32, 't'), text));
  EXPECT_FALSE(read_token(kSecret, ""));
  EXPECT_FALSE(read_token(kSecret, text + 'a'));
  EXPECT_FALSE(read_token(kSecret, text.substr(1)));
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : {'0', 'a', 'z', '-', '\0'}) {
      if (text[i] == c) continue;
      std::string altered = text;
      altered[i] = c;
      EXPECT_FALSE(read_token(kSecret, altered)) << altered;
    }
  }
}

TEST(HoldAddress, ReadsWhatItWrote) {
  struct Case {
    std::string_view address;
    std::optional<HoldAddress> read;
  };
  const Case kCases[] = {
      {"abc123@hold.invalid", HoldAddress{AddressKind::kLetter, "abc123"}},
      {"ABC@ACK.Hold.Invalid",
       HoldAddress{AddressKind::kAcknowledgement, "abc"}},
      {"abc@reply.hold.invalid", HoldAddress{AddressKind::kReply, "abc"}},
      {"abc@other.hold.invalid", HoldAddress{AddressKind::kLetter, ""}},
      {"a.b@hold.invalid", HoldAddress{AddressKind::kLetter, ""}},
      {"@hold.invalid", HoldAddress{AddressKind::kLetter, ""}},
      {"abc@xhold.invalid", std::nullopt},
      {"abc@example.com", std::nullopt},
      {"hold.invalid", std::nullopt},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(read_hold_address(c.address, "hold.invalid"), c.read)
        << c.address;
    if (!c.read || c.read->word.empty()) continue;
    EXPECT_EQ(hold_address(c.read->kind, c.read->word, "hold.invalid"),
              ascii_lower(c.address));
  }
}

}  // namespace
}  // namespace lostletter::hold
