// SPDX-License-Identifier: Apache-2.0
#include "guard/finding_name.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guard/refusal.h"

namespace lostletter::guard {
namespace {

using testing::ElementsAre;

const Assessor& assessor() {
  using lookalike::Source;
  static const auto engine = std::make_shared<const lookalike::Engine>(
      std::vector<lookalike::KnownName>{{"army.mil", Source::kCurated, 1},
                                        {"gmail.com", Source::kCurated, 1}},
      lookalike::built_in_options());
  static const Assessor one(
      {.block = {"blocked.test"}, .allow = {"allowed.test"}}, engine);
  return one;
}

Assessment judge(std::string_view address, const NameFacts& facts,
                 Mode mode = Mode::kAsk) {
  Assessment found = assessor().assess(address, mode);
  assessor().consider(facts, mode, found);
  return found;
}

std::string last_finding(const Assessment& found) {
  return found.findings.empty()
             ? "none"
             : found.findings.back().id + ": " + found.findings.back().text;
}

TEST(NameFacts, WhatIsSaid) {
  const std::pair<NameFacts, std::string> kCases[] = {
      {{.mail = Mail::kNoSuchName},
       "dns.no-such-name: there is no such name as plain.test"},
      {{.mail = Mail::kNoService},
       "dns.no-mail: plain.test takes no mail: it has neither mail hosts nor "
       "an address"},
      {{.mail = Mail::kNull},
       "dns.null-mx: plain.test says that it takes no mail (null MX)"},
      {{.mail = Mail::kUnknown},
       "dns.unknown: whether plain.test takes mail cannot be known at the "
       "moment"},
      {{.mail = Mail::kTaken}, "none"},
      {{.mail = Mail::kTaken, .parked_at = "mx1.h-email.net"},
       "dns.parked: plain.test leads to mx1.h-email.net, of a business that "
       "parks names"},
      {{.mail = Mail::kTaken, .wildcard = "test"},
       "dns.wildcard: plain.test exists only because any name below test "
       "does"},
  };
  for (const auto& [facts, want] : kCases) {
    EXPECT_EQ(last_finding(judge("a@plain.test", facts)), want);
  }
}

TEST(NameFacts, UnknownAndTakenLeaveTheVerdictAsItWas) {
  for (const char* address : {"a@army.ml", "a@plain.test", "a@never-seen.ml"}) {
    const Assessment before = assessor().assess(address, Mode::kAsk);
    for (const Mail mail : {Mail::kUnknown, Mail::kTaken}) {
      const Assessment after = judge(address, {.mail = mail});
      EXPECT_EQ(after.verdict, before.verdict) << address;
      EXPECT_EQ(after.action, before.action) << address;
      EXPECT_EQ(after.probability, before.probability) << address;
    }
  }
}

// Where no letter can arrive, nobody is asked whether they mean it.
TEST(NameFacts, UndeliverableIsRefusedAtOnce) {
  for (const Mail mail : {Mail::kNoSuchName, Mail::kNoService, Mail::kNull}) {
    const Assessment plain = judge("a@plain.test", {.mail = mail});
    EXPECT_EQ(plain.verdict, Verdict::kInvalid);
    EXPECT_EQ(plain.action, Action::kReject);
    const Assessment slip = judge("a@army.ml", {.mail = mail});
    EXPECT_EQ(slip.verdict, Verdict::kMisdirected);
    EXPECT_EQ(slip.action, Action::kReject);
    EXPECT_EQ(slip.intended.front().address, "a@army.mil");
    const Assessment watched =
        judge("a@plain.test", {.mail = mail}, Mode::kWatch);
    EXPECT_EQ(watched.action, Action::kAccept);
  }
}

TEST(NameFacts, DoubtBecomesCertainty) {
  const Assessment before = assessor().assess("a@never-seen.ml", Mode::kAsk);
  ASSERT_EQ(before.verdict, Verdict::kDoubtful);
  const Assessment after =
      judge("a@never-seen.ml", {.mail = Mail::kNoSuchName});
  EXPECT_EQ(after.verdict, Verdict::kMisdirected);
  const auto odds = [](double p) { return std::log(p / (1 - p)); };
  EXPECT_NEAR(odds(after.probability) - odds(before.probability),
              after.findings.back().log_odds, 1e-6);
  ASSERT_FALSE(after.intended.empty());
  EXPECT_EQ(after.intended.front().terms.back().id, "dns.no-such-name");
}

TEST(NameFacts, RulesWin) {
  EXPECT_EQ(judge("a@allowed.test", {.mail = Mail::kNoSuchName}).verdict,
            Verdict::kClear);
  const Assessment blocked =
      judge("a@blocked.test", {.mail = Mail::kNoSuchName});
  EXPECT_EQ(blocked.verdict, Verdict::kBlocked);
  EXPECT_EQ(refusal(blocked, {}).enhanced, "5.7.1");
  const Assessment broken = judge("a b@plain.test", {.mail = Mail::kNull});
  EXPECT_EQ(refusal(broken, {}).enhanced, "5.7.1");
}

TEST(NameFacts, Refusals) {
  struct Case {
    Mail mail;
    int code;
    std::string_view enhanced;
    std::string_view reason;
  };
  const Case kCases[] = {
      {Mail::kNoSuchName, 550, "5.1.2", "there is no such name as army.ml."},
      {Mail::kNoService, 550, "5.1.2",
       "army.ml takes no mail: it has neither mail hosts nor an address."},
      {Mail::kNull, 556, "5.1.10",
       "army.ml says that it takes no mail (null MX)."},
  };
  for (const Case& one : kCases) {
    const auto reply =
        refusal(judge("a@army.ml", {.mail = one.mail}),
                {.reference = "abc", .window = {}, .contact = "x-42"});
    EXPECT_EQ(reply.code, one.code);
    EXPECT_EQ(reply.enhanced, one.enhanced);
    EXPECT_THAT(reply.lines,
                ElementsAre("<a@army.ml>: did you mean <a@army.mil>?",
                            std::string(one.reason),
                            "Correct the address and send it again; if it is "
                            "right, ask x-42.",
                            "Reference: abc"));
  }
  EXPECT_EQ(refusal(judge("a@army.ml", {.mail = Mail::kTaken}), {}).enhanced,
            "5.7.1");
}

// Memory that is used again does not remember what the DNS said of another.
TEST(NameFacts, NextAddressBeginsAnew) {
  RecentDomains recent;
  Assessment found;
  assessor().assess("a@plain.test", Mode::kAsk, recent, found);
  assessor().consider({.mail = Mail::kNull}, Mode::kAsk, found);
  assessor().assess("a@army.ml", Mode::kAsk, recent, found);
  EXPECT_EQ(found.mail, Mail::kUnknown);
}

}  // namespace
}  // namespace lostletter::guard
