// SPDX-License-Identifier: Apache-2.0
#include "guard/correspondence.h"

#include <gtest/gtest.h>

namespace lostletter::guard {
namespace {

using std::chrono::days;

constexpr Seconds kNoon{std::chrono::seconds(1795435200)};  // 2026-11-23

TEST(Correspondence, ALetterCountsHalfAfterAHalfLife) {
  struct Case {
    Duration age;
    double weight;
  };
  constexpr Case kCases[] = {
      {Duration(0), 1},
      {kHalfLife, 0.5},
      {2 * kHalfLife, 0.25},
      {-kHalfLife, 2},
      {10 * kHalfLife, 1e-3 / 1.024},
      {kHalfLife / 2, 0.70710678},
  };
  for (const auto& [age, weight] : kCases) {
    EXPECT_NEAR(weight_at(stored_weight(kNoon - age), kNoon), weight, 1e-8)
        << age.count() << " s";
  }
}

TEST(Correspondence, StoredWeightsAreAddedInAnyOrderAndTakenAway) {
  const double old = stored_weight(kNoon - 40 * kHalfLife);
  const double recent = stored_weight(kNoon);
  EXPECT_NEAR(weight_at(old + recent + recent, kNoon), 2, 1e-9);
  EXPECT_NEAR(weight_at(recent + old - recent, kNoon), 0, 1e-9);
  EXPECT_EQ(weight_at(old - recent, kNoon), 0);  // never below
}

TEST(Correspondence, TheDecayBearsTheTimesThatFilesTellOf) {
  for (const Seconds at : {Seconds(Duration(1)), kNoon + days(36500)}) {
    EXPECT_NEAR(weight_at(stored_weight(at), at), 1, 1e-9);
    EXPECT_GT(stored_weight(at), 0);
  }
}

TEST(Correspondence, TwoWayNeedsBoth) {
  struct Case {
    std::uint32_t sent, received;
    double weight, two_way;
  };
  constexpr Case kCases[] =
      {
          {0, 0, 0, 0},     {400, 0, 400, 0}, {0, 400, 400, 0},
          {10, 10, 20, 10}, {30, 10, 40, 10}, {10, 30, 40, 10},
          {10, 10, 5, 2.5},  // most of it long ago
      };
  for (const auto& [sent, received, weight, two_way] : kCases) {
    const Exchange exchange{
        .sent = sent, .received = received, .weight = weight};
    EXPECT_DOUBLE_EQ(exchange.two_way_weight(), two_way)
        << sent << " sent, " << received << " received";
    EXPECT_EQ(exchange.is_two_way(), two_way > 0);
  }
}

TEST(Correspondence, NamesAreTheSameButForOrderAndPunctuation) {
  struct Case {
    std::string_view name, key;
  };
  constexpr Case kCases[] = {
      {"Anna Smith", "anna smith"},
      {"Smith, Anna", "anna smith"},
      {"  \"anna\"\tSMITH ", "anna smith"},
      {"Smith, Anna (R&D)", "anna d r smith"},
      {"J\xC3\xBCrgen M\xC3\xBCller", "j\xC3\xBCrgen m\xC3\xBCller"},
      {"", ""},
      {".,;()", ""},
  };
  for (const auto& [name, key] : kCases) EXPECT_EQ(name_key(name), key);
  EXPECT_EQ(name_key(std::string(101, 'a')), "");
  EXPECT_EQ(name_key(std::string(100, 'a')), std::string(100, 'a'));
}

}  // namespace
}  // namespace lostletter::guard
