// SPDX-License-Identifier: Apache-2.0
#include "made.h"

#include <gtest/gtest.h>

#include "domain/suffix.h"
#include "slips.h"

namespace lostletter::eval {
namespace {

std::string suffix(const std::string& name) {
  return name.substr(name.rfind('.') + 1);
}

TEST(Made, OneSlipIsOneEditInFrontOfTheSuffix) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const std::string typed = slip("us.army.mil", random);
    EXPECT_LE(distance(typed, "us.army.mil"), 1) << typed;
    EXPECT_TRUE(typed.ends_with(".mil")) << typed;
  }
  EXPECT_EQ(slip("mil", random), "");
}

TEST(Made, CombinationsAreWhatTheirNamesSay) {
  const auto& all = combinations();
  ASSERT_EQ(all.size(), 5U);
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    const std::string other_top = all[1].make("us.army.mil", random);
    EXPECT_NE(suffix(other_top), "mil") << other_top;
    EXPECT_TRUE(domain::is_top_level(suffix(other_top))) << other_top;
    EXPECT_LE(distance(other_top, "us.army.mil"), 2) << other_top;
    EXPECT_LE(distance(all[2].make("us.army.mil", random), "us.army.mil"), 2);
    EXPECT_LE(distance(all[3].make("us.army.mil", random), "army.mil"), 1);
    EXPECT_LE(distance(all[4].make("example.co.uk", random), "example.uk"), 1);
  }
  EXPECT_EQ(all[3].make("army.mil", random), "");
  EXPECT_EQ(all[4].make("army.mil", random), "");
}

TEST(Made, IsTheSameForTheSameSeed) {
  Random one(7);
  Random other(7);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(slip("example.com", one), slip("example.com", other));
  }
}

}  // namespace
}  // namespace lostletter::eval
