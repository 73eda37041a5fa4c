// SPDX-License-Identifier: Apache-2.0
#include "lookalike/channel_fit.h"

#include <cmath>

#include <gtest/gtest.h>

namespace lostletter::lookalike {
namespace {

double moved(const Refit& refit, EditKind kind, EditPlace place) {
  return refit.channel.log_likelihood(kind, place) -
         Channel::built_in().log_likelihood(kind, place);
}

TEST(Refit, OfNothingIsTheBase) {
  const Refit refit = lookalike::refit(Channel::built_in(), {});
  EXPECT_EQ(refit.channel.to_table(), Channel::built_in().to_table());
  EXPECT_EQ(refit.seen.one, 0);
}

TEST(Refit, OfWhatCannotBeReadIsTheBase) {
  const Refit refit = lookalike::refit(
      Channel::built_in(), {{"\xff\xfe", "army.mil"},
                            {"", ""},
                            {"same.test", "same.test"},
                            {"something.else.entirely.test", "army.mil"}});
  EXPECT_EQ(refit.channel.to_table(), Channel::built_in().to_table());
  EXPECT_EQ(refit.seen.far, 1);
}

// A house that swaps letters, and does nothing else.
TEST(Refit, LearnsTheHandsOfAHouse) {
  std::vector<SlipPair> pairs;
  for (const auto* name :
       {"northwind", "lakeside", "partners", "hospital", "logistics"}) {
    std::string typed = name;
    for (std::size_t i = 2; i + 2 < typed.size(); ++i) {
      std::string wrong = typed;
      std::swap(wrong[i], wrong[i + 1]);
      pairs.push_back({wrong + ".test", std::string(name) + ".test"});
    }
  }
  const Refit refit = lookalike::refit(Channel::built_in(), pairs);
  EXPECT_EQ(refit.seen.one, static_cast<double>(pairs.size()));
  constexpr auto kInside = EditPlace::kInside;
  EXPECT_GT(moved(refit, EditKind::kTransposition, kInside), std::log(1.5));
  EXPECT_LT(moved(refit, EditKind::kDeletion, kInside), 0);
  // Where nothing could be seen nothing is said, but for the common scale.
  EXPECT_LT(std::abs(moved(refit, EditKind::kHyphenLost, kInside)), 0.7);
  // It is a table as any.
  const auto again = Channel::parse(refit.channel.to_table());
  ASSERT_TRUE(again);
  EXPECT_NEAR(again->log_likelihood(EditKind::kDeletion, kInside),
              refit.channel.log_likelihood(EditKind::kDeletion, kInside), 1e-3);
}

TEST(Refit, TakesLocalPartsToo) {
  const Refit refit = lookalike::refit(
      Channel::built_in(), {{"jonh.smith", "john.smith"}, {"mraia", "maria"}});
  EXPECT_EQ(refit.seen.one, 2);
  EXPECT_GT(moved(refit, EditKind::kTransposition, EditPlace::kInside), 0);
}

}  // namespace
}  // namespace lostletter::lookalike
