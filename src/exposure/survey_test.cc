// SPDX-License-Identifier: Apache-2.0
#include "exposure/survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exposure/lists.h"
#include "exposure/plan.h"

namespace lostletter::exposure {
namespace {

using dns::Known;
using dns::MailService;
using testing::ElementsAre;

Candidate candidate(std::string name, double weight,
                    Holder holder = Holder::kAnyone) {
  Candidate one;
  one.name = std::move(name);
  one.probability = one.weight = weight;
  one.holder = holder;
  return one;
}

dns::Facts facts(MailService service, std::string host = "",
                 Known reachable = Known::kYes) {
  dns::Facts one;
  one.service = service;
  one.exists = service == MailService::kUnknown ? Known::kUnknown : Known::kYes;
  if (!host.empty()) {
    one.exchangers = {{std::move(host), 10, reachable, {}}};
    one.exchanger_count = 1;
  }
  return one;
}

dns::Facts nothing() {
  dns::Facts one;
  one.service = MailService::kNone;
  one.exists = Known::kNo;
  return one;
}

// army.mil with ten thousand letters a year; 1e-3 of them go to each name.
class Example : public testing::Test {
 protected:
  Example() {
    add("army.ml", 8e-3, facts(MailService::kMx, "mx.army.ml"));
    add("us.army.ml", 4e-3, facts(MailService::kMx, "mx.army.ml"));
    add("army.il", 7e-3, facts(MailService::kMx, "mail.army.il"));
    add("amy.example", 6e-3, nothing());
    add("us.amy.example", 1e-3, nothing());
    add("arm.test", 5e-3, facts(MailService::kUnknown));
    add("arny.test", 3e-3, facts(MailService::kNull));
    add("u.army.mil", 2e-3, facts(MailService::kMx, "x.test"), Holder::kOwner);
    add("amry.mil", 1e-3, facts(MailService::kMx, "x.test"),
        Holder::kRestricted);
    add("a1.test", 3e-4, facts(MailService::kMx, "m1.park.test"));
    add("a2.test", 2e-4, facts(MailService::kMx, "m2.park.test"));
    add("sub.a2.test", 2e-4, facts(MailService::kMx, "m2.park.test"));
    add("a3.test", 1e-4, facts(MailService::kMx, "m1.park.test"));
    add("a4.test", 1e-4, facts(MailService::kMx, "m1.park.test", Known::kNo));
    add("a5.test", 1e-4, facts(MailService::kImplicit, "a5.test"));
  }

  void add(std::string name, double weight, dns::Facts found,
           Holder holder = Holder::kAnyone) {
    candidates_.push_back(candidate(std::move(name), weight, holder));
    facts_.emplace_back(std::move(found));
  }

  Survey make() {
    return survey(candidates_, facts_, 10'000,
                  [](const std::string& name) { return name == "army.il"; });
  }

  std::vector<Candidate> candidates_;
  std::vector<std::optional<dns::Facts>> facts_;
  std::vector<Target> targets_ = {{domain::Name::parse("army.mil").value(), 1}};
};

TEST_F(Example, LettersThatAreTaken) {
  const Survey found = make();
  const auto expected = [&](std::string_view name) {
    for (const Surveyed& one : found.names) {
      if (one.candidate.name == name) return one.expected;
    }
    return -1.0;
  };
  EXPECT_NEAR(expected("army.ml"), 80, 1e-9);
  EXPECT_NEAR(expected("arm.test"), 50 * kUnknownTakesMail, 1e-9);
  EXPECT_NEAR(expected("amry.mil"), 10, 1e-9);
  for (const char* nothing :
       {"amy.example", "arny.test", "u.army.mil", "a4.test"}) {
    EXPECT_EQ(expected(nothing), 0) << nothing;
  }
  double sum = 0;
  for (const Surveyed& one : found.names) sum += one.expected;
  EXPECT_NEAR(found.expected.mean, sum, 1e-9);
  EXPECT_LT(found.expected.low, sum);
  EXPECT_GT(found.expected.high, sum);
}

TEST_F(Example, Clusters) {
  const Survey found = make();
  ASSERT_EQ(found.clusters.size(), 1U);
  EXPECT_EQ(found.clusters[0].hosts, "park.test");
  EXPECT_EQ(found.clusters[0].names, 3U);
  EXPECT_NEAR(found.clusters[0].expected, 8, 1e-9);
  for (const Surveyed& one : found.names) {
    const bool is_in =
        one.candidate.name == "a1.test" || one.candidate.name == "a2.test" ||
        one.candidate.name == "sub.a2.test" || one.candidate.name == "a3.test";
    EXPECT_EQ(one.cluster, is_in ? "park.test" : "") << one.candidate.name;
  }
}

TEST_F(Example, WhatToDoFirst) {
  const Plan plan = make_plan(make(), targets_, {"arny.test", "a3.test"});
  std::vector<std::string> steps;
  for (const Step& one : plan.steps) {
    steps.push_back(std::string(to_string(one.advice)) + " " + one.registered +
                    " " + std::to_string(one.names.size()));
  }
  EXPECT_THAT(steps, ElementsAre("block army.ml 2", "watch arm.test 1",
                                 "block a2.test 2", "block a1.test 1",
                                 "null-mx a3.test 1", "block a5.test 1",
                                 "register amy.example 2", "watch a4.test 1"));
  // All that anyone could get, army.il's included.
  EXPECT_NEAR(plan.typed, 350, 1e-9);
  EXPECT_NEAR(plan.steps[0].share, 120.0 / 350, 1e-9);
  EXPECT_EQ(plan.steps[0].of, "army.mil");
}

TEST_F(Example, BlockLists) {
  const Plan plan = make_plan(make(), targets_, {});
  const std::string postfix = block_list(Format::kPostfix, plan);
  EXPECT_THAT(postfix, testing::HasSubstr(
                           "\narmy.ml                        REJECT 5.7.1 No "
                           "mail from here to army.ml: did you mean army.mil?\n"
                           ".army.ml                       REJECT 5.7.1 No "
                           "mail from here to army.ml: did you mean army.mil?"
                           "\n"));
  const auto policy = block_list(Format::kPolicy, plan);
  EXPECT_THAT(policy, testing::HasSubstr("\nblock = [\n  \"*.army.ml\",  # for "
                                         "army.mil\n"));
  EXPECT_THAT(block_list(Format::kUnbound, plan),
              testing::HasSubstr(
                  "\nserver:\n  local-zone: \"army.ml.\" always_nxdomain\n"));
  EXPECT_THAT(block_list(Format::kRpz, plan),
              testing::HasSubstr("\narmy.ml CNAME .\n*.army.ml CNAME .\n"));
  for (const Format format :
       {Format::kPostfix, Format::kPolicy, Format::kUnbound, Format::kRpz}) {
    const auto text = block_list(format, plan);
    for (const char* other : {"army.il", "amy.example", "arny", "amry"}) {
      EXPECT_THAT(text, testing::Not(testing::HasSubstr(other)));
    }
  }
}

TEST_F(Example, Csv) {
  facts_[0]->exchangers.push_back({"m2,x.test", 20, Known::kNo, {}});
  const std::string text = csv(make(), targets_, true);
  EXPECT_THAT(text,
              testing::StartsWith(
                  "name,of,probability,holder,registered,accepts,service,hosts,"
                  "cluster,parked,typed_per_year,expected_per_year\r\n"
                  "army.ml,army.mil,0.008,anyone,army.ml,yes,mx,\"mx.army.ml "
                  "m2,x.test\",,no,80,80\r\n"));
  EXPECT_THAT(csv(make(), targets_, false),
              testing::HasSubstr("typed_per_million,expected_per_million\r\n"));
}

TEST(Lists, NullMxZone) {
  EXPECT_THAT(null_mx_zone({"army.ml"}),
              testing::EndsWith("\narmy.ml. MX 0 .\n"
                                "army.ml. TXT \"v=spf1 -all\"\n"
                                "_dmarc.army.ml. TXT \"v=DMARC1; p=reject\"\n"
                                "*.army.ml. MX 0 .\n"
                                "*.army.ml. TXT \"v=spf1 -all\"\n"));
}

TEST(Lists, EveryFormatHasItsName) {
  for (const FormatRow& row : format_rows()) {
    EXPECT_EQ(parse_format(row.name), row.format);
  }
  EXPECT_FALSE(parse_format("doc"));
}

TEST(Survey, WithoutFacts) {
  const Survey found = survey({candidate("army.ml", 1e-3)}, {}, 1000,
                              [](const std::string&) { return false; });
  ASSERT_EQ(found.names.size(), 1U);
  EXPECT_EQ(found.names[0].accepts(), Known::kUnknown);
  EXPECT_EQ(found.names[0].expected, 0);
  EXPECT_NEAR(found.names[0].typed, 1, 1e-12);
}

}  // namespace
}  // namespace lostletter::exposure
