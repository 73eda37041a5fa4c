// SPDX-License-Identifier: Apache-2.0
#include "scan/coincidence.h"

#include <gtest/gtest.h>

namespace lostletter::scan {
namespace {

TEST(Likeness, IsSlipsAndOdds) {
  const Likeness one = likeness("army.ml", "army.mil", 0.5);
  EXPECT_EQ(one.slips, 0);
  EXPECT_EQ(one.odds, 0);
  const Likeness two = likeness("amry.ml", "army.mil", 0.999);
  EXPECT_EQ(two.slips, 1);
  EXPECT_EQ(two.odds, 3);
  EXPECT_EQ(likeness("army.ml", "army.mil", 1).odds, 7);
}

TEST(Coincidence, SaysNothingOfWhatItHasNotSeen) {
  Coincidence coincidence;
  EXPECT_EQ(coincidence.share({0, 3}, Fate::kSilent, 1), 0);
  coincidence.add_alike({0, 3}, Fate::kSilent, 1);
  EXPECT_EQ(coincidence.share({0, 3}, Fate::kSilent, 1), 0);
}

TEST(Coincidence, ReckonsTheSilentFromThoseWhoAnswered) {
  Coincidence coincidence;
  for (int i = 0; i < 60; ++i) coincidence.add(Fate::kAnswered, 1);
  for (int i = 0; i < 30; ++i) coincidence.add(Fate::kSilent, 1);
  for (int i = 0; i < 3; ++i) coincidence.add(Fate::kBounced, 1);
  // Ten that answered: five of the silent are right as well.
  for (int i = 0; i < 10; ++i) {
    coincidence.add_alike({0, 3}, Fate::kAnswered, 1);
    coincidence.add_alike({0, 3}, Fate::kSilent, 1);
  }
  coincidence.add_alike({0, 3}, Fate::kBounced, 1);
  EXPECT_DOUBLE_EQ(coincidence.share({0, 3}, Fate::kSilent, 1), 0.5);
  EXPECT_DOUBLE_EQ(coincidence.share({0, 3}, Fate::kAnswered, 1), 1);
  EXPECT_DOUBLE_EQ(coincidence.share({0, 3}, Fate::kBounced, 1), 0.5);
  // Others are others.
  EXPECT_EQ(coincidence.share({1, 3}, Fate::kSilent, 1), 0);
  EXPECT_EQ(coincidence.share({0, 4}, Fate::kSilent, 1), 0);
  EXPECT_EQ(coincidence.share({0, 3}, Fate::kSilent, 2), 0);
}

}  // namespace
}  // namespace lostletter::scan
