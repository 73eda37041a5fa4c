// SPDX-License-Identifier: Apache-2.0
#include "scan/judge.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "lookalike/engine.h"
#include "lookalike/people.h"
#include "scan/report.h"

namespace lostletter::scan {
namespace {

using archive::Letter;
using archive::Outcome;

constexpr std::uint32_t kAt = 1'700'000'000;
constexpr std::uint32_t kDay = 86400;

// The engine as programs build it, with army.mil known from the start.
Result<std::shared_ptr<const guard::Assessor>> make(const EachPartner& each) {
  std::vector<lookalike::KnownName> names;
  std::vector<lookalike::KnownAddress> people;
  each([&](Partner one) {
    const std::string domain(one.domain);
    names.push_back({domain, lookalike::Source::kKnown, 1});
    if (!one.local_part.empty()) {
      people.push_back({std::string(one.local_part), domain, one.weight});
    }
  });
  using lookalike::Index;
  const auto index = std::make_shared<const Index>(Index::build(names));
  const auto known = std::make_shared<const lookalike::People>(people);
  return std::make_shared<const guard::Assessor>(
      guard::Rules(),
      std::make_shared<const lookalike::Engine>(
          std::vector{lookalike::built_in_index(), index},
          lookalike::built_in_options()),
      known, guard::Familiar{index, known});
}

class JudgeTest : public testing::Test {
 protected:
  void letter(std::string from, std::string to, std::uint32_t day,
              Outcome outcome = Outcome::kDelivered) {
    Letter one;
    one.at = one.ended = Seconds(Duration(kAt + day * kDay));
    one.sender = std::move(from);
    one.recipients = {{.address = std::move(to), .name = {}}};
    one.recipients[0].outcome = outcome;
    ledger_.letter(one);
  }
  void both_ways(const std::string& one, const std::string& other, int times) {
    for (int i = 0; i < times; ++i) {
      letter(one, other, static_cast<std::uint32_t>(i));
      letter(other, one, static_cast<std::uint32_t>(i));
    }
  }
  Report report(JudgeOptions options = {}) {
    options.us = {"example.com"};
    options.us_because = "the test says so";
    ledger_.finish();
    auto found = judge(ledger_, options, make);
    EXPECT_TRUE(found.has_value());
    return std::move(*found);
  }
  // "standing_leak typed > intended: 20 letters"
  std::vector<std::string> found() {
    std::vector<std::string> lines;
    for (const Finding& one : report().findings) {
      lines.push_back(std::string(to_string(one.kind)) + " " + one.typed +
                      " > " + one.intended + ": " +
                      std::to_string(one.letters) + " letters");
    }
    return lines;
  }

  Ledger ledger_;
};

using Lines = std::vector<std::string>;

const std::string kAnn = "ann@example.com";
const std::string kBob = "bob@northwind-trading.test";

TEST_F(JudgeTest, AStandingLeakDoesNotWhitelistItself) {
  both_ways(kAnn, kBob, 20);
  for (std::uint32_t i = 0; i < 400; ++i) {
    letter("eve@example.com", "bob@northwind-tradng.test", i / 4);
  }
  const Report all = report();
  ASSERT_EQ(all.findings.size(), 1);
  const Finding& leak = all.findings[0];
  EXPECT_EQ(leak.kind, FindingKind::kStandingLeak);
  EXPECT_EQ(leak.typed, "bob@northwind-tradng.test");
  EXPECT_EQ(leak.intended, kBob);
  EXPECT_GT(leak.probability, 0.99);
  EXPECT_EQ(leak.letters, 400);
  EXPECT_EQ(leak.delivered, 400);
  EXPECT_EQ(leak.senders, (std::vector<SenderCount>{{"eve@example.com", 400}}));
  EXPECT_EQ(leak.repair,
            "400 of them are from eve@example.com: in its address book or "
            "script bob@northwind-tradng.test must be " +
                kBob);
  EXPECT_TRUE(leak.ongoing);
  EXPECT_EQ(leak.months.size(), 4);
  EXPECT_EQ(leak.hours.at(24 + 22), 60);
  EXPECT_EQ(all.summary.lost, 400);
  EXPECT_EQ(all.summary.correspondents, 2);
  EXPECT_EQ(all.summary.partners, 1);
}

// Two slips in a short name are another person of the house; one is a slip.
TEST_F(JudgeTest, TwoSlipsInAShortLocalPart) {
  const std::string meant = "eli.niwe@northwind-trading.test";
  both_ways(kAnn, meant, 20);
  for (std::uint32_t i = 0; i < 9; ++i) {
    letter(kAnn, "eli.hawe@northwind-trading.test", i);
    letter(kAnn, "eli.nwie@northwind-trading.test", i);
  }
  EXPECT_EQ(found(), (Lines{"standing_leak eli.nwie@northwind-trading.test > " +
                            meant + ": 9 letters"}));
}

// More correspondents than one thread takes at a time, many of them alike.
TEST_F(JudgeTest, ThreadsSayTheSame) {
  std::mt19937 random(3);
  for (int i = 0; i < 3000; ++i) {
    std::string stem;
    while (stem.size() < 9) {
      stem += static_cast<char>('a' + static_cast<int>(random() % 26));
    }
    const std::string bob = "bob@" + stem + ".test";
    letter(kAnn, bob, 1);
    letter(bob, kAnn, 2);
    if (i % 20 == 0) letter(kAnn, "bob@" + stem.substr(1) + ".test", 3);
  }
  const auto one = to_json(report());
  EXPECT_GT(one.size(), 5'000);
  JudgeOptions options;
  options.threads = 3;
  std::vector<std::pair<std::size_t, std::size_t>> told;
  options.progress = [&](std::size_t done, std::size_t all) {
    told.emplace_back(done, all);
  };
  EXPECT_EQ(to_json(report(options)), one);
  EXPECT_EQ(told.front(), std::pair(std::size_t{0}, std::size_t{3150}));
  EXPECT_EQ(told.back(), std::pair(std::size_t{3150}, std::size_t{3150}));

  // Whoever waits for it may stop it, at the beginning or at the end.
  options.progress = [](std::size_t, std::size_t) { throw 7; };
  EXPECT_THROW(report(options), int);
  options.progress = [](std::size_t done, std::size_t all) {
    if (done == all) throw 7;
  };
  EXPECT_THROW(report(options), int);
}

TEST_F(JudgeTest, SeveralAddressesAreOneDomain) {
  both_ways(kAnn, kBob, 20);
  for (std::uint32_t i = 0; i < 9; ++i) {
    letter(kAnn, "bob@northwind-tradng.test", i);
    letter(kAnn, "eve@northwind-tradng.test", i);
  }
  EXPECT_EQ(found(), Lines{"standing_leak northwind-tradng.test > "
                           "northwind-trading.test: 18 letters"});
}

TEST_F(JudgeTest, WhatBouncedOrIsNewIsMisdirected) {
  both_ways(kAnn, kBob, 20);
  letter(kAnn, "bob@northwind-tradng.test", 3);
  letter(kAnn, "bbo@northwind-trading.test", 4, Outcome::kBounced);
  EXPECT_EQ(
      found(),
      (Lines{
          "misdirected bbo@northwind-trading.test > " + kBob + ": 1 letters",
          "misdirected bob@northwind-tradng.test > " + kBob + ": 1 letters"}));
}

TEST_F(JudgeTest, WhoAnswersIsBelieved) {
  both_ways(kAnn, kBob, 20);
  both_ways(kAnn, "bob@northwind-tradng.test", 20);
  both_ways(kAnn, "zoe@north-wind-trading.test", 1);
  EXPECT_EQ(found(), Lines{});
}

TEST_F(JudgeTest, NearAProtectedNameNobodyIs) {
  both_ways(kAnn, "general@army.ml", 20);
  EXPECT_EQ(found(), Lines{"misdirected general@army.ml > general@army.mil: "
                           "20 letters"});
}

TEST_F(JudgeTest, TwoMailboxesOfOneTaskAreTwo) {
  both_ways(kAnn, "operations1@northwind-trading.test", 40);
  for (std::uint32_t i = 0; i < 9; ++i) {
    letter(kAnn, "operations2@northwind-trading.test", i);
    letter(kAnn, "operations12@northwind-trading.test", i);
  }
  EXPECT_EQ(found(), Lines{});
}

TEST_F(JudgeTest, OurOwnAreNobodysBusiness) {
  both_ways(kAnn, "eve@example.com", 20);
  letter(kAnn, "evee@example.com", 3, Outcome::kBounced);
  letter("bob@partner.test", "x@exmaple.com", 3);
  EXPECT_EQ(found(), Lines{});
}

TEST_F(JudgeTest, SameLettersInAnotherOrderSayTheSame) {
  both_ways(kAnn, kBob, 20);
  for (std::uint32_t i = 0; i < 9; ++i) {
    letter(kAnn, "bob@northwind-tradng.test", i);
    letter("eve@example.com", "bob@northwindtrading.test", i);
  }
  const std::string one = to_json(report());
  Ledger other;
  for (std::uint32_t i = 9; i-- > 0;) {
    for (const auto& [from, to] :
         {std::pair{"eve@example.com", "bob@northwindtrading.test"},
          std::pair{"ann@example.com", "bob@northwind-tradng.test"}}) {
      Letter letter;
      letter.at = letter.ended = Seconds(Duration(kAt + i * kDay));
      letter.sender = from;
      letter.recipients = {{.address = to, .name = {}}};
      letter.recipients[0].outcome = Outcome::kDelivered;
      other.letter(letter);
    }
  }
  for (std::uint32_t i = 20; i-- > 0;) {
    for (const bool back : {true, false}) {
      Letter letter;
      letter.at = letter.ended = Seconds(Duration(kAt + i * kDay));
      letter.sender = back ? kBob : kAnn;
      letter.recipients = {{.address = back ? kAnn : kBob, .name = {}}};
      letter.recipients[0].outcome = Outcome::kDelivered;
      other.letter(letter);
    }
  }
  other.finish();
  JudgeOptions options{.us = {"example.com"}, .us_because = "the test says so"};
  EXPECT_EQ(to_json(*judge(other, options, make)), one);
}

TEST_F(JudgeTest, RefusesWhatIsNoDomain) {
  const auto found =
      judge(ledger_, {.us = {"exa mple"}, .us_because = {}}, make);
  ASSERT_FALSE(found.has_value());
  EXPECT_NE(found.error().message.find("exa mple"), std::string::npos);
}

}  // namespace
}  // namespace lostletter::scan
