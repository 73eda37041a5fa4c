// SPDX-License-Identifier: Apache-2.0
#include "guard/budget.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lostletter::guard {
namespace {

using std::chrono::days;

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};

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

// 64, 63, ..., 1: the k-th highest is 65 - k.
std::vector<double> falling() {
  std::vector<double> best;
  for (int i = 0; i < 64; ++i) best.push_back(64 - i);
  return best;
}

TEST(Threshold, IsThePersonsOwnQuantilePaced) {
  const Dial dial = *Dial::parse("1 per person per month");
  struct Case {
    int known_days;
    std::size_t asked;
    double threshold;
  };
  const Case cases[] = {
      {30, 0, 62},   // nearly one in credit: 1 * (1 + 3 * 0.9) = 3.7, third
      {90, 3, 63},   // just in debt: 3 * 0.9^3 = 2.2, the second in 90 days
      {90, 2, 54},   // one less: 3 * (1 + 3 * 0.9) = 11.1
      {90, 0, 36},   // no less than 3 * (1 + 3 * 2.9) = 29.1
      {120, 4, 63},  // 4 * 0.9^3 = 2.9
      {600, 7, 36},  // of what is remembered, 240 days: 8 * 3.7 = 29.6
      {600, 8, 60},  // 8 * 0.9^3 = 5.8
      {600, 0, 1},   // there is no lower one
  };
  for (const Case& one : cases) {
    const Scores scores = {kNoon - days(one.known_days), one.asked, falling()};
    EXPECT_EQ(threshold(dial, scores, kNoon), one.threshold)
        << one.known_days << " days, asked " << one.asked;
  }
  EXPECT_EQ(threshold(dial, {kNoon - days(90), 0, {3, 2}}, kNoon), 2);
}

// Spent, and yet a letter unlike all others is asked about.
TEST(Threshold, OfWhoIsInDebtIsAboveTheirOwn) {
  const Dial dial = *Dial::parse("1 per person per month");
  const auto at = [&](std::size_t asked) {
    return threshold(dial, {kNoon - days(90), asked, falling()}, kNoon);
  };
  // 3 - 0.1 - 4 = 1.1 in debt: 1.5 above, and 0.1 of 4.
  EXPECT_NEAR(at(4), 64 + 1.5 + 0.4, 1e-9);
  EXPECT_NEAR(at(5), 64 + 1.5 + 4.4, 1e-9);
  for (std::size_t asked = 0; asked < 40; ++asked) {
    EXPECT_LE(at(asked), at(asked + 1)) << asked;
    EXPECT_TRUE(std::isfinite(at(asked))) << asked;
  }
}

TEST(Threshold, OfANewcomerIsNearlyCertain) {
  const Dial dial = *Dial::parse("1 per person per month");
  const double sure = std::log(99.0);
  EXPECT_NEAR(threshold(dial, {}, kNoon), sure, 1e-9);
  EXPECT_NEAR(threshold(dial, {kNoon - days(90), 0, {}}, kNoon), sure, 1e-9);
  const auto at = [&](int known_days, std::size_t asked, double best) {
    return threshold(dial, {kNoon - days(known_days), asked, {best}}, kNoon);
  };
  EXPECT_NEAR(at(0, 0, -3), sure, 1e-9);
  EXPECT_NEAR(at(29, 0, -3), sure, 1e-9);
  EXPECT_EQ(at(29, 0, 6), 6);   // not rare for them
  EXPECT_EQ(at(29, 2, 6), 10);  // two questions in the first month
  EXPECT_EQ(at(30, 0, -3), -3);
}

// Letters come, scores as they may: the questions are as many as the dial says.
TEST(Threshold, KeepsTheBudget) {
  const Dial dial = *Dial::parse("1 per person per month");
  std::uint32_t state = 12345;
  const auto any = [&] {  // [0, 1), a linear congruence: alike everywhere
    state = state * 1664525U + 1013904223U;
    return static_cast<double>(state >> 8U) / (1U << 24U);
  };
  std::vector<std::pair<Seconds, double>> letters;
  std::vector<Seconds> questions;
  const int months = 36;
  for (int day = 0; day < 30 * months; ++day) {
    const Seconds now = kNoon + days(day);
    const Seconds since = now - dial.memory();
    const double score = -8 + 6 * any() * any();
    Scores scores = {kNoon};
    for (const auto& [at, other] : letters) {
      if (at >= since) scores.best.push_back(other);
    }
    std::ranges::sort(scores.best, std::ranges::greater());
    scores.best.resize(std::min(scores.best.size(), kMostScores));
    scores.asked = static_cast<std::size_t>(std::ranges::count_if(
        questions, [&](Seconds at) { return at >= since; }));
    if (score >= threshold(dial, scores, now)) questions.push_back(now);
    letters.emplace_back(now, score);
  }
  EXPECT_GE(questions.size(), months * 0.8);
  EXPECT_LE(questions.size(), months * 1.2);
}

TEST(Threshold, ScoresAreBoundedLogOdds) {
  EXPECT_EQ(score_of(0.5), 0);
  EXPECT_NEAR(score_of(0.9), std::log(9.0), 1e-12);
  EXPECT_NEAR(score_of(0), -score_of(1), 1e-6);
  EXPECT_TRUE(std::isfinite(score_of(0)));
}

}  // namespace
}  // namespace lostletter::guard
