// SPDX-License-Identifier: Apache-2.0
#include "base/zone.h"

#include <gtest/gtest.h>

namespace lostletter {
namespace {

constexpr std::uint32_t kWinter = 1'700'000'000;  // 2023-11-14T22:13:20Z
constexpr std::uint32_t kSpring = 1'711'846'800;  // 2024-03-31T01:00:00Z

TEST(Zone, IsUtcUnlessSaid) {
  EXPECT_EQ(Zone().name(), "UTC");
  EXPECT_EQ(Zone().offset(0), 0);
  EXPECT_EQ(Zone().local(kWinter), kWinter);
  EXPECT_EQ(Zone().utc(kWinter), kWinter);
}

TEST(Zone, KnowsSummer) {
  const auto berlin = Zone::load("Europe/Berlin");
  if (!berlin) GTEST_SKIP() << berlin.error().message;
  EXPECT_EQ(berlin->name(), "Europe/Berlin");
  EXPECT_EQ(berlin->offset(kWinter), 3600);
  EXPECT_EQ(berlin->offset(kSpring - 1), 3600);
  EXPECT_EQ(berlin->offset(kSpring), 7200);
  for (const std::uint32_t at : {kWinter, kSpring - 1, kSpring, kSpring + 1}) {
    EXPECT_EQ(berlin->utc(berlin->local(at)), at);
  }
  // Between two and three there was no time that day.
  EXPECT_EQ(berlin->utc(kSpring + 3600 + 1800), kSpring - 1800);
  // In autumn there was an hour twice: the first.
  EXPECT_EQ(berlin->utc(1'729'994'400), 1'729'987'200);
}

TEST(Zone, SaysWhatItDoesNotKnow) {
  for (const auto* none :
       {"", "Mars/Base", "../etc/passwd", "/etc/passwd", "Europe"}) {
    const auto zone = Zone::load(none);
    ASSERT_FALSE(zone) << none;
    EXPECT_EQ(zone.error().message,
              "'" + std::string(none) +
                  "' is no time zone that this system knows (as Europe/Berlin; "
                  "Debian's package tzdata has them)");
  }
}

}  // namespace
}  // namespace lostletter
