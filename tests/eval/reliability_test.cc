// SPDX-License-Identifier: Apache-2.0
#include "reliability.h"

#include <gtest/gtest.h>

namespace lostletter::eval {
namespace {

// Ten statements of 0.75, of which three in four (by weight) happened.
std::vector<Statement> honest() {
  std::vector<Statement> statements;
  for (int i = 0; i < 9; ++i) statements.push_back({0.75, i < 6, 1});
  statements.push_back({0.75, true, 3});
  return statements;
}

TEST(Reliability, WeighsItsBins) {
  int used = 0;
  for (const Bin& bin : reliability(honest())) {
    if (bin.cases == 0) continue;
    ++used;
    EXPECT_EQ(bin.from, 0.7);
    EXPECT_EQ(bin.to, 0.8);
    EXPECT_EQ(bin.cases, 10U);
    EXPECT_DOUBLE_EQ(bin.weight, 12);
    EXPECT_DOUBLE_EQ(bin.stated, 0.75);
    EXPECT_DOUBLE_EQ(bin.happened, 0.75);
  }
  EXPECT_EQ(used, 1);
}

TEST(Reliability, ErrorIsNoneForTheHonest) {
  EXPECT_NEAR(calibration_error(honest()), 0, 1e-12);
  EXPECT_EQ(calibration_error({}), 0);
}

TEST(Reliability, ErrorIsTheMeanDistanceOfBins) {
  // What was said to happen did not, and the other way round.
  EXPECT_NEAR(calibration_error({{0.96, false, 1}, {0.04, true, 1}}), 0.96,
              1e-12);
  // Certainty and impossibility have a bin too.
  EXPECT_NEAR(calibration_error({{1.0, true, 1}, {0.0, false, 1}}), 0, 1e-12);
}

TEST(Reliability, BootstrapHoldsTheErrorOfAFairCoin) {
  std::vector<Statement> statements;
  for (int i = 0; i < 400; ++i) statements.push_back({0.5, i % 2 == 0, 1});
  const auto [low, high] = bootstrap_error(statements, 200, 1);
  EXPECT_LT(low, 0.01);
  EXPECT_GT(high, 0.02);
  EXPECT_LT(high, 0.10);
}

}  // namespace
}  // namespace lostletter::eval
