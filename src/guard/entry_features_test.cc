// SPDX-License-Identifier: Apache-2.0
#include "guard/entry_features.h"

#include <cmath>
#include <functional>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lostletter::guard {
namespace {

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};

Exchange exchange(std::uint32_t sent, std::uint32_t received, int days_ago) {
  return {sent,
          received,
          0,
          kNoon - std::chrono::days(100),
          kNoon - std::chrono::days(days_ago),
          1.5};
}

struct Question {
  Inquiry inquiry = {"ann@example.com", "x@army.mil", "", {}, {}, {}, kNoon};
  Evidence evidence = {.anything = true};

  double operator[](std::string_view name) const {
    const auto all = entry_features();
    const auto found = std::ranges::find(all, name, &EntryFeature::name);
    EXPECT_NE(found, all.end()) << name;
    return read_features(
        inquiry, evidence)[static_cast<std::size_t>(found - all.begin())];
  }
};

TEST(EntryFeatures, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<About> about;
  for (const EntryFeature& one : entry_features()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    about.insert(one.about);
  }
  EXPECT_EQ(about.size(), std::size(kEveryAbout));
}

TEST(EntryFeatures, OfNothingAreFinite) {
  Question asked;
  for (const double value : read_features(asked.inquiry, asked.evidence)) {
    EXPECT_TRUE(std::isfinite(value));
  }
  EXPECT_EQ(asked["last"], 9999);
  EXPECT_EQ(asked["rival-last"], 9999);
  // More letters of the person than of all of us: some were forgotten.
  asked.inquiry.together = {"y@army.mil"};
  asked.evidence.typed.person_address = exchange(1, 0, 0);
  asked.evidence.together = {{exchange(1, 0, 0), {}, 9, 9}};
  for (const double value : read_features(asked.inquiry, asked.evidence)) {
    EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(EntryFeatures, OfWhomOneWritesTo) {
  Question asked;
  asked.evidence.typed.person_address = exchange(5, 2, 10);
  asked.evidence.typed.organisation_address = exchange(8, 3, 1);
  asked.evidence.typed.person_domain = exchange(25, 2, 1);
  asked.evidence.typed.organisation_domain = exchange(30, 2, 1);
  EXPECT_EQ(asked["sent"], 5);
  EXPECT_EQ(asked["received"], 2);
  EXPECT_EQ(asked["last"], 10);
  EXPECT_EQ(asked["first"], 100);
  EXPECT_EQ(asked["weight"], 1.5);
  EXPECT_EQ(asked["sent-by-others"], 3);
  EXPECT_EQ(asked["last-of-all"], 1);
  EXPECT_EQ(asked["sent-to-domain"], 25);
  EXPECT_EQ(asked["sent-to-domain-by-all"], 30);
  EXPECT_EQ(asked["colleague"], 0);
  asked.inquiry.address = "bob@EXAMPLE.com";
  EXPECT_EQ(asked["colleague"], 1);
}

TEST(EntryFeatures, OfTheThread) {
  Question asked;
  EXPECT_EQ(asked["thread"], 0);
  asked.inquiry.thread = {"<1>"};
  EXPECT_EQ(asked["thread"], 1);  // nobody knows the letter it answers
  asked.evidence.thread = {true, true, true};
  EXPECT_EQ(asked["thread"], 2);
  asked.evidence.thread = {true, false, true};
  EXPECT_EQ(asked["thread"], 3);
  asked.evidence.thread = {true, false, false};
  EXPECT_EQ(asked["thread"], 4);
}

TEST(EntryFeatures, OfThoseWhoBeginAlike) {
  Question asked;
  asked.evidence.rivals = {{"xa@army.mil", "", exchange(40, 0, 7)},
                           {"xb@army.mil", "", exchange(2, 0, 3)}};
  EXPECT_EQ(asked["rival-sent"], 40);
  EXPECT_EQ(asked["rival-last"], 3);
  asked.evidence.typed.person_address = exchange(4, 0, 1);
  EXPECT_DOUBLE_EQ(asked["rival-rank"], std::log(4.5 / 40.5));
  asked.inquiry.together = {"XA@army.mil"};  // is in the letter: no rival
  EXPECT_EQ(asked["rival-sent"], 2);
}

TEST(EntryFeatures, OfCompany) {
  Question asked;
  asked.inquiry.together = {"y@army.mil", "z@clinic.test"};
  asked.evidence.typed.person_address = exchange(9, 0, 1);
  asked.evidence.typed.organisation_address = exchange(19, 0, 1);
  asked.evidence.together = {{exchange(9, 0, 1), exchange(18, 0, 1), 9, 18},
                             {exchange(4, 0, 1), exchange(8, 0, 1), 0, 0}};
  EXPECT_EQ(asked["company"], 2);
  EXPECT_DOUBLE_EQ(asked["given"], (9.1 / 10 + 0.1 / 5) / 2);
  EXPECT_DOUBLE_EQ(asked["most-given"], 9.1 / 10);
  EXPECT_DOUBLE_EQ(asked["gives"], (9.1 / 10 + 0.1 / 10) / 2);
  EXPECT_DOUBLE_EQ(asked["most-gives"], 9.1 / 10);
  EXPECT_DOUBLE_EQ(asked["alike"], (9.05 / 10 + 0.05 / 14) / 2);
  EXPECT_DOUBLE_EQ(asked["log-given"],
                   (std::log(9.2 / 10) + std::log(0.2 / 5)) / 2);
  EXPECT_EQ(asked["together"], 4.5);
  EXPECT_EQ(asked["strangers"], 0.5);
  EXPECT_EQ(asked["sent-to-company"], 9);
  EXPECT_EQ(asked["weight-of-company"], 1.5);
  EXPECT_EQ(asked["rank"], 0);  // as many as to the one most written to
  EXPECT_DOUBLE_EQ(asked["given-by-all"], (18.1 / 20 + 0.1 / 10) / 2);
  EXPECT_DOUBLE_EQ(asked["most-given-by-all"], 18.1 / 20);
  EXPECT_DOUBLE_EQ(asked["alike-to-all"], (18.05 / 20 + 0.05 / 28) / 2);
  EXPECT_EQ(asked["together-of-all"], 9);
  EXPECT_EQ(asked["strangers-to-all"], 0.5);
  EXPECT_EQ(asked["same-domain"], 0.5);
}

TEST(EntryFeatures, OfPastLetters) {
  Question asked;
  asked.evidence.past = {{1, 0b1, 0}, {2, 0, 0b1}};
  EXPECT_EQ(asked["past-closest"], 1);
  EXPECT_EQ(asked["past-letters"], 1);
  EXPECT_DOUBLE_EQ(asked["past-margin"], 1 - 1 / 3.0);
  EXPECT_DOUBLE_EQ(asked["rival-past-closest"], 0.5);
  EXPECT_EQ(asked["rival-past-letters"], 1);
  EXPECT_DOUBLE_EQ(
      asked["rival-past-rank"],
      std::log(asked["past-share"] / (asked["rival-past-share"] + 0.005)));
  EXPECT_GT(asked["rival-past-rank"], 0);
  // Nobody to be measured by.
  for (const char* name :
       {"past-over-mean", "past-over-most", "past-over-least"}) {
    EXPECT_EQ(asked[name], 0) << name;
  }
  // Two who were written to together, and the one in question, who never was.
  asked.inquiry.together = {"y@army.mil", "z@clinic.test"};
  asked.evidence.together.resize(2);
  asked.evidence.past = {{2, 0b110, 0}};
  EXPECT_LT(asked["past-over-mean"], -3);
  EXPECT_DOUBLE_EQ(asked["past-over-mean"], asked["past-over-most"]);
  EXPECT_EQ(asked["past-over-least"], 0);
}

}  // namespace
}  // namespace lostletter::guard
