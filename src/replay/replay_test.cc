// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "replay/player.h"
#include "replay/stage.h"
#include "replay/tally.h"
#include "replay/truth.h"

namespace lostletter::replay {
namespace {

using archive::Letter;
using archive::Outcome;

constexpr std::uint32_t kAt = 1'700'000'000;
constexpr std::uint32_t kDay = 86400;

std::shared_ptr<const gate::Policy> policy(guard::Mode mode,
                                           const guard::Rules& rules = {}) {
  using lookalike::Source;
  static const auto engine = std::make_shared<const lookalike::Engine>(
      std::vector<lookalike::KnownName>{
          {"army.mil", Source::kCurated, 1},
          {"clinic-lakeside.test", Source::kKnown, 1}},
      lookalike::built_in_options());
  auto made = std::make_shared<gate::Policy>();
  made->options.mode = mode;
  made->options.our_domains = {"example.com"};
  made->options.inside = *net::Networks::parse({"127.0.0.0/8"});
  made->assessor = std::make_shared<const guard::Assessor>(rules, engine);
  return made;
}

class ReplayTest : public testing::Test {
 protected:
  ReplayTest() {
    std::string name = testing::TempDir() + "replay.XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~ReplayTest() override { std::filesystem::remove_all(directory_); }

  void letter(std::uint32_t day, std::string from, std::string to,
              Outcome outcome = Outcome::kDelivered,
              std::string client = "127.0.0.1") {
    Letter one;
    one.id = std::to_string(letters_.size());
    one.at = Seconds(Duration(kAt + day * kDay));
    one.ended = one.at + Duration(5);
    one.sender = std::move(from);
    one.client = std::move(client);
    one.recipients = {{.address = std::move(to), .name = {}}};
    one.recipients[0].outcome = outcome;
    letters_.push_back(std::move(one));
  }

  // What became of each that is remarkable: "general@army.ml accept>ask".
  std::vector<std::string> play(std::shared_ptr<const gate::Policy> current,
                                std::shared_ptr<const gate::Policy> wanted,
                                const scan::Period& period = {}) {
    std::vector<std::string> told;
    const auto us = *guard::Us::parse({"example.com"});
    const auto open = [&](auto rules, const std::string& name) {
      std::filesystem::create_directory(directory_ + name);
      return std::move(*Player::open(std::move(rules), directory_ + name, us,
                                     store::Retention(), teach_));
    };
    const auto a = open(std::move(current), "/a");
    const auto b = open(std::move(wanted), "/b");
    Stage stage(*a, *b, truth_, period, [&](const Case& one) {
      tally_.take(one);
      if (!is_remarkable(one)) return;
      const auto action = [](const Ruling* ruling) {
        return std::string(ruling == nullptr ? "none"
                                             : to_string(ruling->found.action));
      };
      told.push_back(one.recipient.address + ' ' + action(one.current) + '>' +
                     action(one.wanted));
    });
    stage.begin_source(archive::Kind::kPostfix);
    for (const Letter& one : letters_) stage.letter(one);
    stage.finish();
    disordered_ = stage.disordered;
    return told;
  }

  std::string directory_;
  std::vector<Letter> letters_;
  Truth truth_;
  Player::Teach teach_;
  Tally tally_;
  std::uint64_t disordered_ = 0;
};

using Told = std::vector<std::string>;
constexpr auto kWatch = guard::Mode::kWatch;
constexpr auto kAsk = guard::Mode::kAsk;
constexpr auto kHold = guard::Mode::kHold;

// With somewhere to hold them, as the configuration asks of a mode that holds.
std::shared_ptr<const gate::Policy> holding(guard::Mode mode) {
  auto made = std::make_shared<gate::Policy>(*policy(mode));
  made->options.hold.listen = "unix:/run/lostletter/hold.sock";
  return made;
}

TEST_F(ReplayTest, WhoWasRightIsAskedOnce) {
  for (const std::uint32_t day : {0U, 1U, 2U}) {
    letter(day, "ann@example.com", "general@army.ml");
  }
  EXPECT_EQ(play(policy(kWatch), policy(kAsk)),
            (Told{"general@army.ml accept>ask", "general@army.ml accept>accept",
                  "general@army.ml accept>accept"}));
  EXPECT_EQ(tally_.wanted.questions, 1);
  EXPECT_EQ(tally_.wanted.asked_rightly, 0);
  EXPECT_EQ(tally_.current.questions, 0);
  EXPECT_EQ(tally_.changed, 1);
  EXPECT_EQ(tally_.person_months(), 1);
  EXPECT_DOUBLE_EQ(tally_.questions_per_person_month(tally_.wanted), 1);
}

TEST_F(ReplayTest, WhoWasWrittenToMayBeMeantFromTheNextDayOn) {
  // A partner whom no list has.
  letter(0, "ann@example.com", "joe@kingsbridge.test");
  letter(0, "joe@kingsbridge.test", "ann@example.com", Outcome::kDelivered,
         "192.0.2.1");
  letter(0, "ann@example.com", "joe@kingsbrigde.test");
  letter(1, "ann@example.com", "joe@kingsbrigde.test");
  letter(2, "ann@example.com", "joe@kingsbridge.test");
  EXPECT_EQ(play(policy(kWatch), policy(kAsk)), Told());
  std::vector<std::size_t> taught;
  teach_ = [&](std::vector<store::Familiar> familiar) {
    taught.push_back(familiar.size());
    std::vector<lookalike::KnownName> names;
    for (const store::Familiar& one : familiar) {
      names.push_back({one.domain, lookalike::Source::kKnown, 1});
    }
    return std::make_shared<const guard::Assessor>(
        guard::Rules(), std::make_shared<const lookalike::Engine>(
                            names, lookalike::built_in_options()));
  };
  std::filesystem::remove_all(directory_ + "/a");
  std::filesystem::remove_all(directory_ + "/b");
  EXPECT_EQ(play(policy(kWatch), policy(kAsk)),
            (Told{"joe@kingsbrigde.test accept>ask"}));
  EXPECT_EQ(taught, (std::vector<std::size_t>{1, 1}));  // each guard, once
}

TEST_F(ReplayTest, WhoWasWrongIsAskedEachTime) {
  scan::Report report;
  report.findings.resize(1);
  report.findings[0].typed = "army.ml";
  report.findings[0].intended = "army.mil";
  truth_ = Truth(report);
  for (const std::uint32_t day : {0U, 1U}) {
    letter(day, "ann@example.com", "general@army.ml");
  }
  EXPECT_EQ(play(policy(kWatch), policy(kAsk)),
            (Told{"general@army.ml accept>ask", "general@army.ml accept>ask"}));
  EXPECT_EQ(tally_.current.missed, 2);
  EXPECT_EQ(tally_.wanted.caught, 2);
  EXPECT_EQ(tally_.wanted.asked_rightly, 2);
}

TEST_F(ReplayTest, KnowsOnlyWhatWasKnownThen) {
  const std::string typed = "pat@clinic-laekside.test";
  letter(0, "ann@example.com", typed);
  for (std::uint32_t day = 1; day < 9; ++day) {
    letter(day, typed, "ann@example.com", Outcome::kDelivered, "192.0.2.9");
    letter(day, "ann@example.com", typed);
  }
  const Told told = play(policy(kWatch), policy(kAsk));
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told[0], typed + " accept>ask");
  // Answers earn trust: in the end nobody would be asked.
  EXPECT_LT(told.size(), 9);
}

std::shared_ptr<const gate::Policy> rationed(guard::Mode mode,
                                             std::string questions) {
  auto made = std::make_shared<gate::Policy>(*policy(mode));
  made->options.questions = std::move(questions);
  return made;
}

// A slip a day for half a year: a budget asks about a few of them, neighbours
// of protected names stand beside it.
TEST_F(ReplayTest, ABudgetIsKept) {
  const std::string right = "clinic-lakeside";
  for (std::uint32_t day = 0; day < 180; ++day) {
    std::string slip = right;
    std::swap(slip[day % 13], slip[day % 13 + 1]);
    letter(day, "ann@example.com",
           "p" + std::to_string(day) + "@" + slip + ".test");
  }
  play(policy(kAsk), rationed(kAsk, "1 per person per month"));
  EXPECT_GT(tally_.current.questions, 120);
  EXPECT_GE(tally_.wanted.questions, 4);
  EXPECT_LE(tally_.wanted.questions, 9);
  EXPECT_EQ(tally_.wanted.judged, 180);
}

TEST_F(ReplayTest, NeighboursOfProtectedNamesAreNoMatterOfABudget) {
  for (const std::uint32_t day : {0U, 1U, 2U, 3U}) {
    letter(day, "ann@example.com", "p" + std::to_string(day) + "@army.ml");
  }
  play(policy(kAsk), rationed(kAsk, "0.1 per person per year"));
  EXPECT_EQ(tally_.current.questions, 4);
  EXPECT_EQ(tally_.wanted.questions, 4);
}

TEST_F(ReplayTest, RulesOfBothAreKept) {
  guard::Rules rules;
  rules.block = {"*.invalid"};
  letter(0, "ann@example.com", "x@some.invalid");
  letter(0, "ann@example.com", "x@example.com");  // one of ours
  letter(0, "joe@else.test", "ann@example.com", Outcome::kDelivered,
         "192.0.2.9");
  const auto told = play(policy(kAsk), policy(kAsk, rules));
  // The same name is fine by the one and forbidden by the other.
  EXPECT_EQ(told, Told{"x@some.invalid accept>reject"});
  EXPECT_EQ(tally_.current.verdicts,
            (std::map<std::string, std::uint64_t, std::less<>>{{"clear", 1}}));
  EXPECT_EQ(tally_.wanted.verdicts.at("blocked"), 1);
  EXPECT_EQ(tally_.wanted.judged, 1);
}

TEST_F(ReplayTest, NobodyIsAskedAtTheHostItself) {
  letter(0, "ann@example.com", "general@army.ml", Outcome::kDelivered, "");
  letter(0, "", "general@army.ml");
  EXPECT_EQ(
      play(policy(kAsk), policy(kAsk)),
      (Told{"general@army.ml accept>accept", "general@army.ml accept>accept"}));
}

TEST_F(ReplayTest, WhoIsHeldAndWasRightIsHeldOnce) {
  for (const std::uint32_t day : {0U, 1U}) {
    letter(day, "ann@example.com", "general@army.ml");
    letter(day, "", "general@army.ml");
  }
  EXPECT_EQ(
      play(policy(kAsk), holding(kHold)),
      (Told{"general@army.ml ask>hold", "general@army.ml accept>accept",
            "general@army.ml accept>accept", "general@army.ml accept>accept"}));
  EXPECT_EQ(tally_.wanted.actions.at("hold"), 1);
  EXPECT_EQ(tally_.wanted.questions, 0);
}

TEST_F(ReplayTest, WhoIsHeldAndWasWrongIsHeldEachTime) {
  scan::Report report;
  report.findings.resize(1);
  report.findings[0].typed = "army.ml";
  report.findings[0].intended = "army.mil";
  truth_ = Truth(report);
  for (const std::uint32_t day : {0U, 1U}) {
    letter(day, "ann@example.com", "general@army.ml");
  }
  EXPECT_EQ(
      play(policy(kWatch), holding(kHold)),
      (Told{"general@army.ml accept>hold", "general@army.ml accept>hold"}));
  EXPECT_EQ(tally_.wanted.caught, 2);
  EXPECT_EQ(tally_.current.missed, 2);
}

// Nobody there reads a refusal: what the host itself sends is held, and where
// that cannot be, watched.
TEST_F(ReplayTest, WhatTheHostSendsIsHeldWhereItCanBe) {
  letter(0, "ann@example.com", "general@army.ml", Outcome::kDelivered, "");
  letter(1, "ann@example.com", "general@army.ml", Outcome::kDelivered, "");
  EXPECT_EQ(
      play(policy(kAsk), holding(kAsk)),
      (Told{"general@army.ml accept>hold", "general@army.ml accept>accept"}));
}

TEST_F(ReplayTest, ThePeriodTellsButAllTeach) {
  for (const std::uint32_t day : {0U, 5U, 9U}) {
    letter(day, "ann@example.com", "general@army.ml");
  }
  scan::Period period;
  period.since = Seconds(Duration(kAt + kDay));
  period.until = Seconds(Duration(kAt + 8 * kDay));
  // Asked before, and confirmed.
  EXPECT_EQ(play(policy(kWatch), policy(kAsk), period),
            (Told{"general@army.ml accept>accept"}));
}

TEST_F(ReplayTest, PlaysInTheOrderOfTime) {
  letter(1, "ann@example.com", "b@army.ml");
  letters_.back().ended += std::chrono::hours(3);
  letter(1, "ann@example.com", "a@army.ml");
  letters_.back().at -= Duration(60);
  letter(9, "ann@example.com", "c@army.ml");
  letter(0, "ann@example.com", "late@army.ml");
  const auto told = play(policy(kWatch), policy(kWatch));
  ASSERT_EQ(told.size(), 4);
  EXPECT_EQ(told[0], "a@army.ml accept>accept");
  EXPECT_EQ(told[1], "b@army.ml accept>accept");
  EXPECT_EQ(disordered_, 1);
}

TEST_F(ReplayTest, SaysEverythingAsJson) {
  letter(0, "ann@example.com", "general@army.ml");
  play(policy(kWatch), policy(kAsk));
  const std::string json = to_json(tally_, 1, 0);
  EXPECT_NE(json.find("\"kind\":\"summary\",\"letters\":1,\"disordered\":0,"
                      "\"people\":1,\"person_months\":1,\"changed\":1"),
            json.npos)
      << json;
  EXPECT_NE(json.find("\"new\":{\"judged\":1,\"verdicts\":{\"misdirected\":1},"
                      "\"actions\":{\"ask\":1},\"questions\":1"),
            json.npos)
      << json;
}

}  // namespace
}  // namespace lostletter::replay
