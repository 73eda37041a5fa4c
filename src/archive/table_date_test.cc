// SPDX-License-Identifier: Apache-2.0
#include "archive/table_date.h"

#include <gtest/gtest.h>

namespace lostletter::archive {
namespace {

std::string shown(const TableDate& dates, std::string_view text) {
  const auto at = dates.read(text);
  return at ? to_rfc3339(*at) : "none";
}

struct Case {
  std::string_view text;
  std::string_view at;
};

TEST(TableDate, Read) {
  constexpr Case kCases[] = {
      {"2026-11-30T08:48:10.123Z", "2026-11-30T08:48:10Z"},
      {"2026-11-30T08:48:10.1234567", "2026-11-30T08:48:10Z"},
      {"2026-11-30T08:48:10+01:00", "2026-11-30T07:48:10Z"},
      {"2026-11-30T08:48:10-0530", "2026-11-30T14:18:10Z"},
      {" 2026-11-30 08:48 ", "2026-11-30T08:48:00Z"},
      {"2026-11-30", "2026-11-30T00:00:00Z"},
      {"2026/11/30 08:48:10 UTC", "2026-11-30T08:48:10Z"},
      {"2026/11/30 08:48:10 PST", "2026-11-30T16:48:10Z"},
      {"2026/11/30 08:48:10 GMT+1", "2026-11-30T07:48:10Z"},
      {"2026/11/30 08:48:10 CEST", "none"},
      {"11/30/2026 8:48:10 AM", "2026-11-30T08:48:10Z"},
      {"11/30/2026 12:48:10 am", "2026-11-30T00:48:10Z"},
      {"11/30/2026 12:48:10 PM", "2026-11-30T12:48:10Z"},
      {"1/5/2026 1:00:00 PM", "2026-01-05T13:00:00Z"},
      {"11/30/2026 13:48:10 PM", "none"},
      {"30.11.2026 08:48:10", "2026-11-30T08:48:10Z"},
      {"30/11/2026 08:48:10", "2026-11-30T08:48:10Z"},
      {"05/11/2026 08:48:10", "none"},  // May, or November?
      {"05/05/2026 08:48:10", "2026-05-05T08:48:10Z"},
      {"31/31/2026 08:48:10", "none"},
      {"2026-02-29T08:48:10Z", "none"},
      {"2024-02-29T08:48:10Z", "2024-02-29T08:48:10Z"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
      {"1969-12-31T00:00:00Z", "none"},
      {"2026-11-30T24:00:00Z", "none"},
      {"2026-11-30T08:48:10 and more", "none"},
      {"1/5/26 1:00 PM", "none"},
      {"N/A", "none"},
      {"", "none"},
  };
  for (const auto& [text, at] : kCases) {
    EXPECT_EQ(shown(TableDate(), text), at) << text;
  }
}

TEST(TableDate, OneRowTellsForTheOthers) {
  TableDate british;
  british.learn("1/5/2026 1:00:00 PM");
  british.learn("30/11/2026 1:00:00 PM");
  EXPECT_EQ(shown(british, "1/5/2026 1:00:00 PM"), "2026-05-01T13:00:00Z");
  TableDate american;
  american.learn("11/30/2026 13:00");
  EXPECT_EQ(shown(american, "1/5/2026 13:00"), "2026-01-05T13:00:00Z");
  // A table that is of two minds tells nothing.
  american.learn("30/11/2026 13:00");
  EXPECT_EQ(shown(american, "1/5/2026 1:00 PM"), "none");
}

}  // namespace
}  // namespace lostletter::archive
