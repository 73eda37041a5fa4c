// SPDX-License-Identifier: Apache-2.0
#include "milter/response.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "milter/agreement.h"

namespace lostletter::milter {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

TEST(Response, SimpleFrames) {
  EXPECT_EQ(encode_continue(), "\0\0\0\1c"sv);
  EXPECT_EQ(encode_tempfail(), "\0\0\0\1t"sv);
  EXPECT_EQ(encode_skip(), "\0\0\0\1s"sv);
  EXPECT_EQ(encode_progress(), "\0\0\0\1p"sv);
}

TEST(Response, Reply) {
  struct Case {
    mail::Reply reply;
    mail::Utf8 utf8;
    std::string_view sent;
  };
  const Case cases[] = {
      {{550, "5.7.1", {"no"}}, mail::Utf8::kNo, "\0\0\0\x0ey550 5.7.1 no\0"sv},
      {{550, "5.7.1", {"one", "two"}},
       mail::Utf8::kNo,
       "\0\0\0\x1ey550-5.7.1 one\r\n550 5.7.1 two\0"sv},
      {{451, "4.3.0", {"50% of %s"}},
       mail::Utf8::kNo,
       "\0\0\0\x17y451 4.3.0 50%% of %%s\0"sv},
      {{550, "5.7.1", {}}, mail::Utf8::kNo, "\0\0\0\x0by550 5.7.1\0"sv},
      {{550, "5.7.1", {"\xc3\xbc"}},
       mail::Utf8::kNo,
       "\0\0\0\x14y550 5.7.1 \\u{00fc}\0"sv},
      {{550, "5.7.1", {"\xc3\xbc"}},
       mail::Utf8::kYes,
       "\0\0\0\x0ey550 5.7.1 \xc3\xbc\0"sv},
  };
  for (const auto& [reply, utf8, sent] : cases) {
    EXPECT_EQ(printable(encode_reply(reply, utf8)), printable(sent));
  }
}

TEST(Response, Amendment) {
  EXPECT_EQ(printable(encode_amendment(
                {{{"a@hold.invalid", "NOTIFY=NEVER"}, {"b@x.test", ""}},
                 {"<Ann@x.test>", "\"c d\"@x.test"}})),
            printable("\0\0\0\x1d"
                      "2a@hold.invalid\0NOTIFY=NEVER\0"
                      "\0\0\0\x0a+b@x.test\0"
                      "\0\0\0\x0e-<Ann@x.test>\0"
                      "\0\0\0\x0e-\"c d\"@x.test\0"
                      "\0\0\0\1c"sv));
  EXPECT_EQ(encode_amendment({}), encode_continue());
  const Amend bad[] = {{{{"", ""}}, {}},
                       {{}, {""}},
                       {{}, {"a@x.test", "b\0@x.test"s}},
                       {{{"a\0@x.test"s, ""}}, {}},
                       {{{"a@x.test", "NOTIFY=NEVER\0"s}}, {}}};
  for (const Amend& one : bad) EXPECT_FALSE(is_amendment(one));
  EXPECT_TRUE(is_amendment({{{"a@x.test", "X=Y"}}, {"b@x.test"}}));
}

TEST(Response, MayAmendWhenAllOfItIsOffered) {
  EXPECT_TRUE(agree({6, 0x1ff, 0})->may_amend());
  EXPECT_TRUE(agree({6, 0x8c, 0})->may_amend());
  for (const std::uint32_t without : {0x4U, 0x8U, 0x80U}) {
    EXPECT_FALSE(agree({6, 0x1ffU & ~without, 0})->may_amend()) << without;
  }
}

TEST(Response, IsRefusal) {
  struct Case {
    int code;
    std::string enhanced;
    bool refusal;
  };
  const Case cases[] = {
      {550, "5.7.1", true},     {451, "4.3.0", true},    {556, "5.1.10", true},
      {550, "4.7.1", false},    {451, "5.3.0", false},   {250, "2.0.0", false},
      {550, "", false},         {550, "5", false},       {550, "5.7", false},
      {550, "5.7.1.1", false},  {550, "5..1", false},    {550, "5.7.x", false},
      {550, "5.7.1000", false}, {600, "6.0.0", false},   {55, "0.5.5", false},
      {354, "3.0.0", false},    {550, "5.7.1 x", false},
  };
  for (const auto& [code, enhanced, refusal] : cases) {
    EXPECT_EQ(is_refusal({code, enhanced, {"x"}}), refusal)
        << code << ' ' << enhanced;
  }
}

TEST(Agreement, IsASubsetOfEveryOffer) {
  for (std::uint32_t bit = 0; bit < 32; ++bit) {
    const std::uint32_t only = 1U << bit;
    const Negotiate offers[] = {
        {6, only, only}, {6, ~only, ~only}, {2, only, ~only}};
    for (const Negotiate& offer : offers) {
      const auto agreement = agree(offer);
      ASSERT_TRUE(agreement);
      EXPECT_LE(agreement->version, offer.version);
      EXPECT_EQ(agreement->actions & ~offer.actions, 0U);
      EXPECT_EQ(agreement->protocol & ~offer.protocol, 0U);
    }
  }
}

// What the guard lives on is never switched off, and always answered.
TEST(Agreement, KeepsWhatTheGuardNeeds) {
  const std::uint32_t needed[] = {
      0x1,     // NOCONNECT
      0x4,     // NOMAIL
      0x8,     // NORCPT
      0x20,    // NOHDRS
      0x8000,  // NR_RCPT
      0x800,   // RCPT_REJ: rejected recipients are not ours to judge
  };
  const auto agreement = agree({6, ~0U, ~0U});
  ASSERT_TRUE(agreement);
  for (const std::uint32_t flag : needed) {
    EXPECT_EQ(agreement->protocol & flag, 0U) << flag;
  }
  EXPECT_EQ(agreement->actions, 0x18cU) << "changes no content";
}

}  // namespace
}  // namespace lostletter::milter
