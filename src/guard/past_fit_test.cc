// SPDX-License-Identifier: Apache-2.0
#include "guard/past_fit.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lostletter::guard {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

constexpr std::uint32_t kTyped = 0b1;
constexpr std::uint32_t kFirst = 0b10;  // of the others
constexpr std::uint32_t kSecond = 0b100;

TEST(PastFit, OfNoLettersIsWhatIsTakenForGranted) {
  const PastFits fits = fit_past({}, 1);
  EXPECT_DOUBLE_EQ(fits.typed.share, 0.25);
  EXPECT_EQ(fits.typed.closest, 0);
  EXPECT_EQ(fits.typed.letters, 0);
  EXPECT_EQ(fits.without, 0);
  EXPECT_EQ(fits.rival.share, 0);
  EXPECT_THAT(fits.company, ElementsAre(DoubleEq(0.25)));
}

TEST(PastFit, OfALetterToOneAsksForLettersToFew) {
  // To it alone; to three others, of whom one begins alike.
  const std::vector<PastLetter> past = {{1, kTyped, 0}, {3, 0, 0b1}};
  const PastFits fits = fit_past(past, 0);
  EXPECT_EQ(fits.typed.closest, 1);
  EXPECT_EQ(fits.typed.letters, 1);
  EXPECT_DOUBLE_EQ(fits.without, 1 / 4.0);
  EXPECT_DOUBLE_EQ(fits.typed.share, (1.02 + 0.005) / (1.02 + 0.97 / 4 + 0.02));
  EXPECT_DOUBLE_EQ(fits.rival.closest, 1 / 3.0);
  EXPECT_DOUBLE_EQ(fits.rival.share,
                   (0.97 / 3 + 0.005) / (1.02 / 2 + 0.97 / 3 + 0.02));
  EXPECT_TRUE(fits.company.empty());
}

TEST(PastFit, OfCompanyAsksForLettersToTheSame) {
  // Never with these two, who are written to with one that begins alike.
  const std::vector<PastLetter> past = {{3, kFirst | kSecond, 0b10},
                                        {2, kTyped, 0}};
  const PastFits fits = fit_past(past, 2);
  EXPECT_EQ(fits.typed.closest, 0);
  EXPECT_EQ(fits.typed.letters, 0);
  EXPECT_DOUBLE_EQ(fits.without, 2 / 3.0);
  EXPECT_EQ(fits.rival.closest, 1);
  EXPECT_EQ(fits.rival.letters, 1);
  EXPECT_GT(fits.rival.share, 0.9);
  EXPECT_LT(fits.typed.share, 0.01);
  ASSERT_EQ(fits.company.size(), 2U);
  EXPECT_EQ(fits.company[0], fits.company[1]);
  EXPECT_GT(fits.company[0], 0.5);
}

TEST(PastFit, OfManyKnowsTheFirst) {
  const std::vector<PastLetter> past = {{3, kTyped | kFirst, 0}};
  const PastFits fits = fit_past(past, kMostCompanions + 1);
  EXPECT_EQ(fits.company.size(), kMostCompanions);
  EXPECT_DOUBLE_EQ(fits.typed.closest, 1 / (kMostCompanions + 2 - 1.0));
}

// The formula, over sets.
class Plain {
 public:
  using Set = std::set<int>;
  Plain(const std::vector<Set>& past, const Set& letter)
      : past_(past), letter_(letter) {}

  // In the place of `instead`, who is in the letter.
  PastFit fit(int address, int instead) const {
    Set rest = letter_;
    rest.erase(instead);
    PastFit found;
    double with = 0.005;
    double all = 0.02;
    for (std::size_t i = 0; i < past_.size(); ++i) {
      Set others = past_[i];
      const bool was_in = others.erase(address) > 0;
      const double alike = likeness(rest, others);
      const double weight = std::pow(0.95, i) + 0.02;
      all += alike * weight;
      if (!was_in) continue;
      with += alike * weight;
      found.closest = std::max(found.closest, alike);
      found.letters += alike > 0 ? 1 : 0;
    }
    found.share = with / all;
    return found;
  }

 private:
  static double likeness(const Set& rest, const Set& others) {
    if (rest.empty()) return 1.0 / (1.0 + static_cast<double>(others.size()));
    Set all = rest;
    all.insert(others.begin(), others.end());
    const auto common = rest.size() + others.size() - all.size();
    return static_cast<double>(common) / static_cast<double>(all.size());
  }

  const std::vector<Set>& past_;
  const Set& letter_;
};

// People by number: 0 is in question, those up to `together` are with it, those
// from 10 on begin alike, others are anybody.
PastLetter told(const Plain::Set& letter, int together) {
  PastLetter told;
  for (const int one : letter) {
    ++told.recipients;
    if (one <= together) told.members |= 1U << one;
    if (one >= 10) told.alike |= std::uint64_t{1} << (one - 10);
  }
  return told;
}

TEST(PastFit, EqualsThePlainFormula) {
  std::mt19937 random(7);
  const auto below = [&](int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n));
  };
  for (int round = 0; round < 300; ++round) {
    const int together = below(5);
    std::vector<Plain::Set> past(static_cast<std::size_t>(below(70)));
    std::vector<PastLetter> letters;
    for (Plain::Set& one : past) {
      do one.insert(below(13));
      while (below(3) > 0);
      letters.push_back(told(one, together));
    }
    Plain::Set letter;
    for (int i = 0; i <= together; ++i) letter.insert(i);
    const Plain plain(past, letter);
    const PastFits fits = fit_past(letters, static_cast<std::size_t>(together));
    const PastFit typed = plain.fit(0, 0);
    EXPECT_NEAR(fits.typed.share, typed.share, 1e-12);
    EXPECT_DOUBLE_EQ(fits.typed.closest, typed.closest);
    EXPECT_EQ(fits.typed.letters, typed.letters);
    for (int i = 1; i <= together; ++i) {
      EXPECT_NEAR(fits.company.at(static_cast<std::size_t>(i - 1)),
                  plain.fit(i, i).share, 1e-12);
    }
    PastFit rival;
    for (int i = 10; i < 13; ++i) {
      const bool met = std::ranges::any_of(
          past, [&](const Plain::Set& one) { return one.contains(i); });
      if (!met) continue;
      const PastFit one = plain.fit(i, 0);
      rival.share = std::max(rival.share, one.share);
      rival.closest = std::max(rival.closest, one.closest);
      rival.letters = std::max(rival.letters, one.letters);
    }
    EXPECT_NEAR(fits.rival.share, rival.share, 1e-12);
    EXPECT_DOUBLE_EQ(fits.rival.closest, rival.closest);
    EXPECT_EQ(fits.rival.letters, rival.letters);
  }
}

}  // namespace
}  // namespace lostletter::guard
