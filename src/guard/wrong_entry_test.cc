// SPDX-License-Identifier: Apache-2.0
#include "guard/wrong_entry.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace lostletter::guard {
namespace {

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};

Exchange exchange(std::uint32_t sent, std::uint32_t received, int days_ago) {
  return {sent,
          received,
          0,
          kNoon - std::chrono::days(300),
          kNoon - std::chrono::days(days_ago),
          1.0 * sent};
}

struct Question {
  Inquiry inquiry = {"ann@example.com", "x@army.mil", "", {}, {}, {}, kNoon};
  Evidence evidence = {.anything = true};

  WrongEntryOdds odds() const {
    return WrongEntry::shipped().odds(read_features(inquiry, evidence));
  }
};

TEST(WrongEntry, TheShippedTreesKnowWhatIsOrdinary) {
  Question ordinary;
  ordinary.inquiry.together = {"y@army.mil"};
  ordinary.evidence.typed.person_address = exchange(30, 30, 1);
  ordinary.evidence.typed.organisation_address = exchange(40, 30, 1);
  ordinary.evidence.typed.person_domain = exchange(60, 60, 1);
  ordinary.evidence.typed.organisation_domain = exchange(90, 60, 1);
  ordinary.evidence.together = {
      {exchange(30, 30, 1), exchange(30, 30, 1), 25, 25}};
  // Whom colleagues wrote to long ago, and this person never.
  Question odd = ordinary;
  odd.evidence.typed.person_address = {};
  odd.evidence.typed.organisation_address = exchange(2, 0, 200);
  odd.evidence.together[0].letters = 0;
  odd.evidence.together[0].organisation_letters = 0;
  EXPECT_LT(ordinary.odds().sum, -1);
  EXPECT_GT(odd.odds().sum, 1);
  EXPECT_GT(odd.odds().about(About::kCompany),
            ordinary.odds().about(About::kCompany));
}

TEST(WrongEntry, ASumIsItsParts) {
  Question asked;
  for (const std::uint32_t sent : {0U, 1U, 7U, 90U}) {
    asked.evidence.typed.person_address = exchange(sent, 2, 3);
    const WrongEntryOdds odds = asked.odds();
    EXPECT_NEAR(odds.sum,
                std::accumulate(odds.by.begin(), odds.by.end(), odds.bias),
                1e-9);
  }
}

// Figures of these features; of the others, nought.
std::vector<double> figures(double sent, double given) {
  const auto all = entry_features();
  std::vector<double> values(all.size(), 0);
  const auto at = [&](std::string_view name) -> double& {
    return values[static_cast<std::size_t>(
        std::ranges::find(all, name, &EntryFeature::name) - all.begin())];
  };
  at("sent") = sent;
  at("given") = given;
  return values;
}

TEST(WrongEntry, WalksTrees) {
  const auto trees = WrongEntry::parse(
      "# head\n"
      "split\tsent\t2.5\n"
      "leaf\t4\t10\n"
      "split\tgiven\t0.5\n"
      "leaf\t1\t20\n"
      "leaf\t-3\t10\n"
      "\n"
      "leaf\t0.25\t7\n");
  ASSERT_TRUE(trees) << trees.error().message;
  const auto odds = [&](double sent, double given) {
    return trees->odds(figures(sent, given));
  };
  EXPECT_EQ(odds(2.4, 9).sum, 4.25);
  EXPECT_EQ(odds(2.5, 0.4).sum, 1.25);  // below the threshold is left
  EXPECT_EQ(odds(3, 0.5).sum, -2.75);
  // The means are 0.75 in all, and -1/3 of the right branch.
  const WrongEntryOdds one = odds(3, 0.6);
  EXPECT_DOUBLE_EQ(one.bias, 0.75 + 0.25);
  EXPECT_DOUBLE_EQ(one.about(About::kExchange), -1.0 / 3 - 0.75);
  EXPECT_DOUBLE_EQ(one.about(About::kCompany), -3 + 1.0 / 3);
  EXPECT_EQ(one.about(About::kThread), 0);
}

TEST(WrongEntry, SaysWhichLineIsWrong) {
  for (const char* line :
       {"leaf\t1", "leaf\tx\t1", "leaf\t1\t0", "leaf\tnan\t1", "leaf\t1\t1\t1",
        "split\tunheard-of\t1", "split\tsent\t", "split\tsent\tinf", "x\t1\t1",
        "leaf 1 1"}) {
    const auto bad = WrongEntry::parse(std::string("leaf\t1\t1\n") + line);
    ASSERT_FALSE(bad) << line;
    EXPECT_TRUE(bad.error().message.starts_with("line 2: must be \"split\""))
        << bad.error().message;
  }
  for (const char* table : {"", "# none\n", "split\tsent\t1\nleaf\t1\t1\n"}) {
    const auto bad = WrongEntry::parse(table);
    ASSERT_FALSE(bad) << table;
    EXPECT_EQ(bad.error().message, "the last tree is not whole");
  }
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "split\tsent\t1\n";
  EXPECT_FALSE(WrongEntry::parse(deep));
}

}  // namespace
}  // namespace lostletter::guard
