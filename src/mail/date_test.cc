// SPDX-License-Identifier: Apache-2.0
#include "mail/date.h"

#include <gtest/gtest.h>

namespace lostletter::mail {
namespace {

using namespace std::string_literals;

// What parse_date says: the moment, " comment" when one stands behind the
// zone, or the error.
std::string read(std::string_view field_body) {
  const auto date = parse_date(field_body);
  if (!date) return date.error().message;
  return to_rfc3339(date->time) + (date->has_comment ? " comment" : "");
}

struct Case {
  std::string field_body;
  std::string want;
};

TEST(Date, Reads) {
  const Case kCases[] = {
      {"Mon, 23 Nov 2026 18:35:18 +0000", "2026-11-23T18:35:18Z"},
      {" Mon, 23 Nov 2026 18:35:18 +0000 (UTC)",
       "2026-11-23T18:35:18Z comment"},
      {"Mon, 23 Nov 2026 18:35:18 +0100", "2026-11-23T17:35:18Z"},
      {"Mon, 23 Nov 2026 18:35:18 -0830", "2026-11-24T03:05:18Z"},
      {"23 Nov 2026 18:35 -0000", "2026-11-23T18:35:00Z"},
      {"1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z"},
      {"31 Dec 1969 23:59:59 +0000", "1969-12-31T23:59:59Z"},
      // Days of the week: any case, wrong, without comma.
      {"fri, 23 Nov 2026 18:35:18 +0000", "2026-11-23T18:35:18Z"},
      {"MON 23 NOV 2026 18:35:18 +0000", "2026-11-23T18:35:18Z"},
      // White space, folding and comments anywhere.
      {"Mon,\r\n 23\tNov 2026\n 18 : 35 : 18 +0000\r\n",
       "2026-11-23T18:35:18Z"},
      {"Mon(day),(a(b)c)23 Nov 2026 18:(\\))35:18 +0000",
       "2026-11-23T18:35:18Z"},
      {"Mon,23Nov2026 18:35:18+0000", "2026-11-23T18:35:18Z"},
      // The leap second is the next minute's first.
      {"31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00Z"},
      {"29 Feb 2028 9:05:03 +0000", "2028-02-29T09:05:03Z"},
      // Obsolete years (RFC 5322 4.3).
      {"23 Nov 26 18:35:18 +0000", "2026-11-23T18:35:18Z"},
      {"23 Nov 49 18:35:18 +0000", "2049-11-23T18:35:18Z"},
      {"23 Nov 50 18:35:18 +0000", "1950-11-23T18:35:18Z"},
      {"23 Nov 97 18:35:18 +0000", "1997-11-23T18:35:18Z"},
      {"23 Nov 126 18:35:18 +0000", "2026-11-23T18:35:18Z"},
      // Far off, in the Gregorian calendar also before it.
      {"01 Jan 0001 00:00:00 +0000", "0001-01-01T00:00:00Z"},
      {"29 Feb 1600 00:00:00 +0000", "1600-02-29T00:00:00Z"},
      {"31 Dec 9999 23:59:59 +0000", "9999-12-31T23:59:59Z"},
      // Obsolete zones.
      {"23 Nov 2026 18:35:18 GMT", "2026-11-23T18:35:18Z"},
      {"23 Nov 2026 18:35:18 UT", "2026-11-23T18:35:18Z"},
      {"23 Nov 2026 18:35:18 Z", "2026-11-23T18:35:18Z"},
      {"23 Nov 2026 18:35:18 A", "2026-11-23T18:35:18Z"},
      {"23 Nov 2026 18:35:18 EST", "2026-11-23T23:35:18Z"},
      {"23 Nov 2026 18:35:18 edt", "2026-11-23T22:35:18Z"},
      {"23 Nov 2026 18:35:18 CST", "2026-11-24T00:35:18Z"},
      {"23 Nov 2026 18:35:18 CDT", "2026-11-23T23:35:18Z"},
      {"23 Nov 2026 18:35:18 MST", "2026-11-24T01:35:18Z"},
      {"23 Nov 2026 18:35:18 MDT", "2026-11-24T00:35:18Z"},
      {"23 Nov 2026 18:35:18 PST", "2026-11-24T02:35:18Z"},
      {"23 Nov 2026 18:35:18 PDT", "2026-11-24T01:35:18Z"},
      {"23 Nov 2026 18:35:18 CEST", "2026-11-23T18:35:18Z"},
      {"23 Nov 2026 18:35:18 (UTC) +0000", "2026-11-23T18:35:18Z"},
  };
  for (const auto& [body, want] : kCases) EXPECT_EQ(read(body), want) << body;
}

TEST(Date, Refuses) {
  const Case kCases[] = {
      {"", "date ends before its day"},
      {"(never closed",
       "comment that opens at byte 0 of the date is not closed"},
      {"23 Nov 2026 18:35:18 +0000 (((",
       "comment that opens at byte 27 of the date is not closed"},
      {"yesterday", "'yesterday' is no day of the week"},
      {"Montag, 23 Nov 2026 18:35:18 +0000", "'Montag' is no day of the week"},
      {"Mon", "date ends before its day"},
      {"Mon, -1 Nov 2026 18:35:18 +0000",
       "byte 5 ('-') stands where the day of the date should"},
      {"123 Nov 2026 18:35:18 +0000",
       "day at byte 0 of the date has not 1 to 2 digits"},
      {"23 11 2026 18:35:18 +0000",
       "byte 3 ('1') stands where the month of the date should"},
      {"23 November 2026 18:35:18 +0000", "'November' is no month"},
      {"23 Nov", "date ends before its year"},
      {"23 Nov 6 18:35:18 +0000",
       "year at byte 7 of the date has not 2 to 4 digits"},
      {"23 Nov 12026 18:35:18 +0000",
       "year at byte 7 of the date has not 2 to 4 digits"},
      {"31 Nov 2026 18:35:18 +0000", "Nov 2026 has no day 31"},
      {"29 Feb 2026 18:35:18 +0000", "Feb 2026 has no day 29"},
      {"29 Feb 1900 18:35:18 +0000", "Feb 1900 has no day 29"},
      {"0 Nov 2026 18:35:18 +0000", "Nov 2026 has no day 0"},
      {"23 Nov 2026", "date ends before its hour"},
      {"23 Nov 2026 24:00:00 +0000", "hour 24 is above 23"},
      {"23 Nov 2026 18", "date ends before its minute"},
      {"23 Nov 2026 18.35",
       "byte 14 ('.') stands where the minute of the date should"},
      {"23 Nov 2026 18:60:00 +0000", "minute 60 is above 59"},
      {"23 Nov 2026 18:35:61 +0000", "second 61 is above 60"},
      {"23 Nov 2026 18:35:18", "date ends before its zone"},
      {"23 Nov 2026 18:35:18.123 +0000",
       "byte 20 ('.') stands where the zone of the date should"},
      {"23 Nov 2026 18:35:18 +00",
       "zone at byte 22 of the date has not 4 digits"},
      {"23 Nov 2026 18:35:18 + 0000",
       "byte 22 (0x20) stands where the zone of the date should"},
      {"23 Nov 2026 18:35:18 +0060", "zone has 60 minutes"},
      {"23 Nov 2026 18:35:18 +0000 x",
       "byte 27 ('x') stands where the end of the date should"},
      {"23 Nov 2026 18:35:18 +0000\0"s,
       "byte 26 (0x00) stands where the end of the date should"},
      {"23\0Nov 2026 18:35:18 +0000"s,
       "byte 2 (0x00) stands where the month of the date should"},
  };
  for (const auto& [body, want] : kCases) EXPECT_EQ(read(body), want) << body;
}

TEST(Date, BearsNesting) {
  constexpr std::size_t kMany = 1 << 20;
  const std::string date = "23 Nov 2026 18:35:18 +0000 ";
  EXPECT_EQ(read(date + std::string(kMany, '(') + std::string(kMany, ')')),
            "2026-11-23T18:35:18Z comment");
  EXPECT_EQ(read(date + std::string(kMany, '(')),
            "comment that opens at byte 27 of the date is not closed");
}

}  // namespace
}  // namespace lostletter::mail
