// SPDX-License-Identifier: Apache-2.0
#include "learning/us.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace lostletter::learning {
namespace {

archive::Letter letter(std::string from, std::vector<std::string> to,
                       std::string login = "") {
  archive::Letter made;
  made.sender = std::move(from);
  made.login = std::move(login);
  for (std::string& one : to) made.recipients.push_back({std::move(one), ""});
  return made;
}

TEST(Us, AreDomainsPatternsAndAddresses) {
  const auto us = Us::parse({"Example.com", "*.example.org", "ann@gmail.com"});
  ASSERT_TRUE(us);
  struct Case {
    std::string_view address;
    bool ours;
  };
  constexpr Case kCases[] = {
      {"bob@example.com", true},     {"BOB@EXAMPLE.COM", true},
      {"bob@hr.example.com", false}, {"bob@example.org", true},
      {"bob@a.b.example.org", true}, {"ann@gmail.com", true},
      {"Ann@gmail.com", true},       {"bob@gmail.com", false},
      {"bob@example.net", false},    {"", false},
      {"example.com", false},
  };
  for (const auto& [address, ours] : kCases) {
    EXPECT_EQ(us->has(address), ours) << address;
  }
}

TEST(Us, RefusesWhatIsNoName) {
  const auto us = Us::parse({"example.com", "exa mple.com"});
  ASSERT_FALSE(us);
  EXPECT_TRUE(us.error().message.contains("exa mple.com"))
      << us.error().message;
}

std::string guess(const std::vector<archive::Letter>& letters) {
  Guesser guesser;
  for (const auto& one : letters) guesser.hear(one);
  const auto guess = guesser.guess();
  if (!guess) return guess.error().message;
  return fmt::format("{}: {}", fmt::join(guess->domains, ", "), guess->reason);
}

TEST(Guesser, TakesLoginsThenSides) {
  const archive::Letter logged_in =
      letter("ann@example.com", {"x@army.mil"}, "ann");
  const archive::Letter inbound = letter("x@army.mil", {"ann@example.com"});
  archive::Letter list = letter("list@lists.test", {"all@lists.test"});
  list.automatic = true;
  struct Case {
    std::vector<archive::Letter> letters;
    std::string guess;
  };
  const Case cases[] = {
      {{logged_in, inbound, list},
       "example.com: of 1 letters sent with a login, most are from there"},
      {{logged_in, letter("bob@example.net", {"x@army.mil"}, "bob"),
        letter("ann@gmail.com", {"x@army.mil"}, "ann")},
       "example.com, example.net: of 3 letters sent with a login, most are "
       "from there"},
      {{inbound, letter("ann@example.com", {"y@navy.mil"})},
       "example.com: 2 of 2 letters are from or to there"},
      {{},
       "cannot tell which domains are ours: no letter has a sender; say so "
       "with --us DOMAIN"},
      {{list},
       "cannot tell which domains are ours: no letter has a sender; say so "
       "with --us DOMAIN"},
      {{letter("a@one.test", {"b@two.test"}),
        letter("c@three.test", {"d@four.test"})},
       "cannot tell which domains are ours: of 2 letters, 1 have four.test on "
       "one side, more than any other domain; say so with --us DOMAIN"},
      {{letter("ann@gmail.com", {"x@army.mil"}),
        letter("y@navy.mil", {"ann@gmail.com"})},
       "most letters have gmail.com on one side, which is everybody's; say "
       "with --us which addresses there are ours"},
  };
  for (const auto& [letters, expected] : cases) {
    EXPECT_EQ(guess(letters), expected);
  }
}

}  // namespace
}  // namespace lostletter::learning
