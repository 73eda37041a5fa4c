// SPDX-License-Identifier: Apache-2.0
#include "guard/rehearsal.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lostletter::guard {
namespace {

using std::chrono::days;

constexpr Seconds kBegin{std::chrono::seconds(1'700'000'000)};

Dial dial(std::string_view text) { return Dial::parse(text).value(); }

// A recipient a day, of which every tenth is odd.
History year(double odd = 1) {
  History made{.since = kBegin};
  for (int day = 0; day < 365; ++day) {
    made.scores.push_back({.at = kBegin + days(day),
                           .score = day % 10 == 9 ? odd + day * 1e-6 : -8});
  }
  return made;
}

TEST(Rehearsal, ScoresAreThoseOfTheTime) {
  History history{.since = kBegin};
  history.scores = {{kBegin, 3, kBegin + days(5)},
                    {kBegin + days(1), -1},
                    {kBegin + days(2), 2, kBegin + days(2)}};
  const auto found = scores_of(history, kBegin + days(1));
  EXPECT_EQ(found.since, kBegin);
  EXPECT_EQ(found.best, (std::vector<double>{2, -1}));
  EXPECT_EQ(found.asked, 2);  // the first was asked about later
  EXPECT_EQ(scores_of(history, kBegin + days(3)).asked, 1);
  EXPECT_TRUE(scores_of({}, kBegin).best.empty());
}

TEST(Rehearsal, OnlyTheHighestAreKept) {
  History history{.since = kBegin};
  for (int i = 0; i < 200; ++i) {
    history.scores.push_back({.at = kBegin, .score = static_cast<double>(i)});
  }
  const auto found = scores_of(history, kBegin);
  ASSERT_EQ(found.best.size(), kMostScores);
  EXPECT_EQ(found.best.front(), 199);
  EXPECT_EQ(found.best.back(), 200 - static_cast<double>(kMostScores));
}

TEST(Rehearsal, AsksAboutAsOftenAsTheDialSays) {
  const Seconds from = kBegin + days(125);  // 240 days, or eight months
  const auto once = rehearse(dial("1 per person per month"), year(), from);
  EXPECT_THAT(once, testing::AllOf(testing::Ge(6), testing::Le(10)));
  const auto twice = rehearse(dial("2 per person per month"), year(), from);
  EXPECT_THAT(twice, testing::AllOf(testing::Ge(13), testing::Le(19)));
  EXPECT_EQ(rehearse(dial("unlimited"), year(), from), 0);
}

TEST(Rehearsal, AndOnlyInThePeriod) {
  const auto all = rehearse(dial("1 per person per month"), year(), kBegin);
  const auto last =
      rehearse(dial("1 per person per month"), year(), kBegin + days(335));
  EXPECT_GT(all, last);
  EXPECT_LE(last, 3);
  EXPECT_EQ(
      rehearse(dial("1 per person per month"), year(), kBegin + days(365)), 0);
}

TEST(Rehearsal, InWhateverOrderTheyAreTold) {
  History history = year();
  const auto told = rehearse(dial("1 per person per month"), history, kBegin);
  std::ranges::reverse(history.scores);
  EXPECT_EQ(rehearse(dial("1 per person per month"), history, kBegin), told);
}

TEST(Rehearsal, OfNobodyNothing) {
  EXPECT_EQ(rehearse(dial("1 per person per day"), {}, kBegin), 0);
}

}  // namespace
}  // namespace lostletter::guard
