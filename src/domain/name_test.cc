// SPDX-License-Identifier: Apache-2.0
#include "domain/name.h"

#include <gtest/gtest.h>

namespace lostletter::domain {
namespace {

TEST(Name, IsWithin) {
  EXPECT_TRUE(is_within("army.mil", "army.mil"));
  EXPECT_TRUE(is_within("us.army.mil", "army.mil"));
  EXPECT_TRUE(is_within("us.army.mil", "mil"));
  EXPECT_FALSE(is_within("usarmy.mil", "army.mil"));
  EXPECT_FALSE(is_within("army.mil", "us.army.mil"));
  EXPECT_FALSE(is_within("army.mil", ""));
  EXPECT_FALSE(is_within("", "mil"));
}

TEST(Name, LabelsFromTheLeft) {
  const auto name = Name::parse("Us.Army.mil.");
  ASSERT_TRUE(name.has_value());
  const std::vector<std::string_view> labels = {"us", "army", "mil"};
  EXPECT_EQ(name->labels(), labels);
}

}  // namespace
}  // namespace lostletter::domain
