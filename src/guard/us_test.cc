// SPDX-License-Identifier: Apache-2.0
#include "guard/us.h"

#include <gtest/gtest.h>

namespace lostletter::guard {
namespace {

std::string said(const Sides& sides) {
  const auto guess = guess_us(sides);
  if (!guess) return guess.error().message;
  std::string text;
  for (const std::string& domain : guess->domains) text += domain + ", ";
  return text + guess->reason;
}

TEST(GuessUs, AsksLoginsThenMailboxesThenSides) {
  Sides sides{.letters = 100};
  sides.by_side = {{"example.com", 59}, {"partner.test", 58}};
  EXPECT_EQ(said(sides),
            "cannot tell which domains are ours: of 100 letters, 59 have "
            "example.com on one side, more than any other domain; say so with "
            "--us DOMAIN");
  sides.by_side["example.com"] = 60;
  EXPECT_EQ(said(sides), "example.com, 60 of 100 letters are from or to there");
  sides.kept = 20;
  sides.by_mailbox = {{"a.test", 2}, {"b.test", 1}, {"c.test", 17}};
  EXPECT_EQ(said(sides),
            "a.test, c.test, of 20 letters put into mailboxes here, most are "
            "for there");
  sides.logins = 10;
  sides.by_login = {{"example.com", 8}, {"gmail.com", 2}};
  EXPECT_EQ(said(sides),
            "example.com, of 10 letters sent with a login, most are from "
            "there");
}

TEST(GuessUs, IsNoProvider) {
  Sides sides{.letters = 10};
  sides.by_side = {{"gmail.com", 10}, {"partner.test", 2}};
  EXPECT_EQ(said(sides),
            "most letters have gmail.com on one side, which is everybody's; "
            "say with --us which addresses there are ours");
  EXPECT_EQ(said({}),
            "cannot tell which domains are ours: no letter has a sender; say "
            "so with --us DOMAIN");
}

TEST(Us, AreDomainsAndAddresses) {
  const auto us = Us::parse({"example.com", "*.sub.test", "ann@gmail.com"});
  ASSERT_TRUE(us.has_value());
  for (const auto* ours : {"a@example.com", "A@EXAMPLE.com", "a@sub.test",
                           "a@x.sub.test", "Ann@Gmail.com"}) {
    EXPECT_TRUE(us->has(ours)) << ours;
  }
  for (const auto* other :
       {"a@x.example.com", "bob@gmail.com", "a@notsub.test", "example.com"}) {
    EXPECT_FALSE(us->has(other)) << other;
  }
  EXPECT_FALSE(Us::parse({"exa mple"}).has_value());
}

}  // namespace
}  // namespace lostletter::guard
