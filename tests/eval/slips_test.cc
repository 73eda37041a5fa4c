// SPDX-License-Identifier: Apache-2.0
#include "slips.h"

#include <gtest/gtest.h>

namespace lostletter::eval {
namespace {

TEST(Slips, Distance) {
  constexpr struct {
    std::string_view a;
    std::string_view b;
    int distance;
  } kCases[] = {
      {"", "", 0},         {"", "abc", 3},     {"army", "army", 0},
      {"amry", "army", 1}, {"arm", "army", 1}, {"arrmy", "army", 1},
      {"arny", "army", 1}, {"ca", "abc", 3},  // no substring edited twice
      {"amr", "army", 2},
  };
  for (const auto& [a, b, wanted] : kCases) {
    EXPECT_EQ(distance(a, b), wanted) << a << " and " << b;
    EXPECT_EQ(distance(b, a), wanted) << b << " and " << a;
  }
}

TEST(Slips, Kind) {
  constexpr struct {
    std::string_view typed;
    std::string_view intended;
    std::string_view kind;
  } kCases[] = {
      {"armymil", "army.mil", "dot, hyphen or underscore only"},
      {"us-army.mil", "us.army.mil", "dot, hyphen or underscore only"},
      {"army.mil", "us.army.mil", "whole labels lost or added in front"},
      {"www.example.com", "example.com", "whole labels lost or added in front"},
      {"army.ml", "army.mil", "suffix only"},
      {"amry.ml", "army.mil", "suffix and stem"},
      {"srmy.mil", "army.mil", "one edit: first character"},
      {"exmaple.com", "example.com", "one edit: transposition"},
      {"exmple.com", "example.com", "one edit: deletion"},
      {"exxample.com", "example.com", "one edit: insertion"},
      {"ezample.com", "example.com", "one edit: adjacent key"},
      {"eyample.com", "example.com", "one edit: adjacent key"},  // QWERTZ
      {"emample.com", "example.com", "one edit: other substitution"},
      {"exmplle.com", "example.com", "two edits"},
      {"xmpl.com", "example.com", "three edits or more"},
  };
  for (const auto& [typed, intended, kind] : kCases) {
    EXPECT_EQ(slip_kind(std::string(typed), std::string(intended)), kind)
        << typed << " for " << intended;
  }
}

TEST(Nearest, SaysWhereTheIntendedNameStands) {
  const Nearest nearest({"army.mil", "navy.mil", "arms.mil"});
  using enum Nearest::Place;
  EXPECT_EQ(nearest.place("amry.mil", "army.mil"), kAlone);
  EXPECT_EQ(nearest.place("arm.mil", "army.mil"), kTied);
  EXPECT_EQ(nearest.place("nary.mil", "army.mil"), kFarther);
  // A typed name that is itself known does not stand in the way.
  EXPECT_EQ(nearest.place("arms.mil", "army.mil"), kAlone);
}

}  // namespace
}  // namespace lostletter::eval
