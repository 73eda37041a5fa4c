// SPDX-License-Identifier: Apache-2.0
#include "guard/budget.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lostletter::guard {
namespace {

using std::chrono::days;

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};
constexpr double kNever = std::numeric_limits<double>::infinity();

TEST(Dial, ReadsQuestionsPerPersonAndTime) {
  struct Case {
    const char* text;
    Duration period;
    Duration memory;
  };
  const Case cases[] = {
      {"1 per person per month", days(30), days(240)},
      {"0.25 per person per month", days(120), days(365)},
      {"2 per person per week", std::chrono::hours(84), days(30)},
      {"3 per person per day", std::chrono::hours(8), days(30)},
      {"1 per person per year", days(365), days(365)},
      {"1e1 per person per month", days(3), days(30)},
  };
  for (const Case& one : cases) {
    const auto dial = Dial::parse(one.text);
    ASSERT_TRUE(dial) << one.text;
    EXPECT_FALSE(dial->is_unlimited());
    EXPECT_EQ(dial->period(), one.period) << one.text;
    EXPECT_EQ(dial->memory(), one.memory) << one.text;
  }
  EXPECT_TRUE(Dial::parse("unlimited")->is_unlimited());
}

TEST(Dial, SaysWhatIsWrong) {
  for (const char* text :
       {"", "1", "1 per person", "1 per person per", "per person per month",
        "1 per month", "1 per person per fortnight", "0 per person per month",
        "-1 per person per month", "nan per person per month",
        "1 per person per month ", "one per person per month"}) {
    const auto dial = Dial::parse(text);
    ASSERT_FALSE(dial) << text;
    EXPECT_EQ(dial.error().message,
              fmt::format("must be a number of questions, like \"1 per person "
                          "per month\" (or day, week, year), or "
                          "\"unlimited\", not \"{}\"",
                          text));
  }
  for (const char* text :
       {"100000 per person per day", "0.000001 per person per month",
        "1e300 per person per day", "inf per person per month",
        "1e-300 per person per year"}) {
    const auto dial = Dial::parse(text);
    ASSERT_FALSE(dial) << text;
    EXPECT_EQ(dial.error().message,
              fmt::format("must be between one a minute and one in a hundred "
                          "years, not \"{}\"",
                          text));
  }
}

TEST(Threshold, IsThePersonsOwnQuantilePaced) {
  const Dial dial = *Dial::parse("1 per person per month");
  std::vector<double> best;
  for (int i = 0; i < 64; ++i) best.push_back(64 - i);
  struct Case {
    int known_days;
    std::size_t asked;
    double threshold;
  };
  const Case cases[] = {
      {0, 0, kNever},   // a newcomer
      {29, 0, kNever},  // whose letters all are first ones
      {30, 0, 63},      // one in arrears: twice as often as ever
      {90, 3, 62},      // exactly their share: the third highest in 90 days
      {90, 2, 59},      // one less: twice as often
      {90, 0, 56},      // no more than two are made up for
      {90, 4, kNever},  // spent
      {120, 4, 61},     {600, 8, 57},  // of what is remembered: 240 days
      {600, 9, kNever},
  };
  for (const Case& one : cases) {
    const Scores scores = {kNoon - days(one.known_days), one.asked, best};
    EXPECT_EQ(threshold(dial, scores, kNoon), one.threshold)
        << one.known_days << " days, asked " << one.asked;
  }
  EXPECT_EQ(threshold(dial, {kNoon - days(90), 0, {3, 2}}, kNoon), 2);
  EXPECT_EQ(threshold(dial, {kNoon - days(90), 0, {}}, kNoon), kNever);
  EXPECT_EQ(threshold(dial, {}, kNoon), kNever);
}

TEST(Threshold, ScoresAreBoundedLogOdds) {
  EXPECT_EQ(score_of(0.5), 0);
  EXPECT_NEAR(score_of(0.9), std::log(9.0), 1e-12);
  EXPECT_NEAR(score_of(0), -score_of(1), 1e-6);
  EXPECT_TRUE(std::isfinite(score_of(0)));
}

}  // namespace
}  // namespace lostletter::guard
