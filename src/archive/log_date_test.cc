// SPDX-License-Identifier: Apache-2.0
#include "archive/log_date.h"

#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

// The zone of the host that reads.
class LogDateTest : public testing::Test {
 protected:
  void SetUp() override { zone("UTC"); }
  void TearDown() override { zone("UTC"); }
  static void zone(const char* name) {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
};

std::string read(LogDate& date, std::string_view text) {
  const auto at = date.take(text);
  return (at ? to_rfc3339(*at) : "none") + '|' + std::string(text);
}

TEST_F(LogDateTest, Forms) {
  struct Case {
    std::string_view text;
    std::string_view got;
  };
  constexpr Case kCases[] = {
      {"Nov 23 18:35:18 mx", "2026-11-23T18:35:18Z|mx"},
      {"Nov  3 18:35:18 mx", "2026-11-03T18:35:18Z|mx"},
      {"2026-11-23T18:35:18+01:00 mx", "2026-11-23T17:35:18Z|mx"},
      {"2026-11-23T18:35:18.123456Z mx", "2026-11-23T18:35:18Z|mx"},
      {"2026-11-23T18:35:18-0530 mx", "2026-11-24T00:05:18Z|mx"},
      {"2026-11-23 18:35:18 1abc", "2026-11-23T18:35:18Z|1abc"},
      {"2026-11-23 18:35:18.042 1abc", "2026-11-23T18:35:18Z|1abc"},
      {"2026-11-23 18:35:18 +0100 1abc", "2026-11-23T17:35:18Z|1abc"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z|"},
      {"", "none|"},
      {"Nov 23", "none|Nov 23"},
      {"Nov 31 18:35:18 mx", "none|Nov 31 18:35:18 mx"},
      {"Foo 23 18:35:18 mx", "none|Foo 23 18:35:18 mx"},
      {"ovD 23 18:35:18 mx", "none|ovD 23 18:35:18 mx"},
      {"Nov 23 24:35:18 mx", "none|Nov 23 24:35:18 mx"},
      {"Nov 23 18:35-18 mx", "none|Nov 23 18:35-18 mx"},
      {"2026-02-30T18:35:18Z", "none|2026-02-30T18:35:18Z"},
      {"2026-11-23x18:35:18Z", "none|2026-11-23x18:35:18Z"},
      {"0000-11-23T18:35:18Z", "none|0000-11-23T18:35:18Z"},
  };
  for (const auto& [text, got] : kCases) {
    LogDate date(kModified);
    EXPECT_EQ(read(date, text), got) << text;
  }
}

// However a line differs from the one before it.
TEST_F(LogDateTest, IsTheSameBehindAnyOther) {
  constexpr std::string_view kTexts[] = {
      "Nov 23 18:35:18 mx",
      "Nov 23 18:35:19 mx",
      "Nov 23 18:35: 9 mx",
      "Nov 23 18:35:60 mx",
      "Nov 23 18:35:61 mx",
      "Nov 23 18:35:1x mx",
      "Nov 23 18:36:00 mx",
      "Nov 23 18:35:18",
      "Nov 23 18:35:18 ",
      "2026-11-23T18:35:18+01:00 mx",
      "2026-11-23T18:35:19+01:00 mx",
      "2026-11-23T18:35:19+02:00 mx",
      "2026-11-23T18:35:18.123456+01:00 mx",
      "2026-11-23T18:35:18.+01:00 mx",
      "2026-11-23T18:35:59,5+01:00 mx",
      "2026-11-23T18:35:20.7Z mx",
      "2026-11-23T18:35:18-01:00 -mx",
      "2026-11-23T18:35:18",
      "2026-11-23 18:35:18 1abc",
      "2026-11-23 18:35:18 +0100 1abc",
      "2026-11-23 18:35:19 -0100 1abc",
      "2026-11-23 18:35:19.042 Zabc",
      "2026-11-23 18:35:18 +0100 ",
      "",
  };
  for (const auto before : kTexts) {
    for (const auto text : kTexts) {
      LogDate date(kModified);
      read(date, before);
      LogDate fresh(kModified);
      EXPECT_EQ(read(date, text), read(fresh, text)) << before << '|' << text;
    }
  }
}

TEST_F(LogDateTest, YearsFollowFromWhenAndInWhichOrder) {
  LogDate date(kModified);  // 2026-11-24
  EXPECT_EQ(read(date, "Nov 26 00:00:00"), "2025-11-26T00:00:00Z|");
  EXPECT_EQ(read(date, "Dec 31 23:59:59"), "2025-12-31T23:59:59Z|");
  EXPECT_EQ(read(date, "Jan  1 00:00:01"), "2026-01-01T00:00:01Z|");
  // Logged late.
  EXPECT_EQ(read(date, "Dec 31 23:59:58"), "2025-12-31T23:59:58Z|");
  EXPECT_EQ(read(date, "Jan  1 00:00:02"), "2026-01-01T00:00:02Z|");
  EXPECT_EQ(read(date, "Nov 24 12:00:00"), "2026-11-24T12:00:00Z|");
}

TEST_F(LogDateTest, ClocksMayDifferByADay) {
  LogDate date(kModified);
  EXPECT_EQ(read(date, "Nov 25 11:00:00"), "2026-11-25T11:00:00Z|");
}

TEST_F(LogDateTest, GoesOnFromTheLastLine) {
  LogDate date(kModified, Seconds(Duration(1'735'689'599)));  // 2024-12-31
  EXPECT_EQ(read(date, "Dec 31 23:59:59"), "2024-12-31T23:59:59Z|");
  EXPECT_EQ(read(date, "Jan  1 00:00:00"), "2025-01-01T00:00:00Z|");
}

TEST_F(LogDateTest, ZoneOfThisHost) {
  zone("CET-1CEST,M3.5.0,M10.5.0/3");
  LogDate date(kModified);
  EXPECT_EQ(read(date, "Mar 29 01:59:59"), "2026-03-29T00:59:59Z|");
  EXPECT_EQ(read(date, "Mar 29 03:00:00"), "2026-03-29T01:00:00Z|");
  EXPECT_EQ(read(date, "Jul 01 12:00:00"), "2026-07-01T10:00:00Z|");
  EXPECT_EQ(read(date, "2026-07-01 12:00:00 x"), "2026-07-01T10:00:00Z|x");
  EXPECT_EQ(read(date, "2026-07-01T12:00:00Z"), "2026-07-01T12:00:00Z|");
}

}  // namespace
}  // namespace lostletter::archive
