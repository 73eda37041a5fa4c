// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <gtest/gtest.h>

namespace lostletter {
namespace {

using namespace std::chrono_literals;

TEST(Clock, Rfc3339) {
  struct Case {
    std::int64_t seconds;
    std::string_view text;
  };
  constexpr Case kCases[] = {
      {0, "1970-01-01T00:00:00Z"},
      {-1, "1969-12-31T23:59:59Z"},
      {951782400, "2000-02-29T00:00:00Z"},
      {1795458918, "2026-11-23T18:35:18Z"},
      {4107542400, "2100-03-01T00:00:00Z"},  // 2100 has no 29 February
      {253402300799, "9999-12-31T23:59:59Z"},
  };
  for (const auto& [seconds, text] : kCases) {
    EXPECT_EQ(to_rfc3339(Seconds(Duration(seconds))), text);
  }
}

TEST(Clock, ManualClockMovesOnlyWhenTold) {
  ManualClock clock(Seconds(1000s));
  const auto steady = clock.steady();
  EXPECT_EQ(clock.now(), Seconds(1000s));
  clock.advance(5s);
  EXPECT_EQ(clock.now(), Seconds(1005s));
  EXPECT_EQ(clock.steady() - steady, 5s);
  clock.jump(-3600s);
  EXPECT_EQ(clock.now(), Seconds(-2595s));
  EXPECT_EQ(clock.steady() - steady, 5s);  // waiting is not shaken by a jump
}

TEST(Clock, SystemClockIsTheHosts) {
  const auto before = std::chrono::system_clock::now();
  const Seconds now = system_clock().now();
  EXPECT_LE(before - now, 1s);
  EXPECT_LE(now, std::chrono::system_clock::now());
  const auto steady = system_clock().steady();
  EXPECT_LE(steady, system_clock().steady());
}

}  // namespace
}  // namespace lostletter
