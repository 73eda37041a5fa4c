// SPDX-License-Identifier: Apache-2.0
#include "archive/years.h"

#include <string>

#include <gtest/gtest.h>

#include "archive/record_test.h"

namespace lostletter::archive {
namespace {

// A line a day, from the day that `days` days are before kModified.
std::string log(int days, int lines_a_day = 1) {
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::string text;
  for (int i = days; i >= 0; --i) {
    const std::chrono::year_month_day day(
        std::chrono::floor<std::chrono::days>(kModified) -
        std::chrono::days(i));
    char line[100];
    std::snprintf(line, sizeof line,
                  "%s %2u 10:00:00 mx postfix/smtpd[1]: connect from x\n",
                  kMonths[static_cast<unsigned>(day.month()) - 1],
                  static_cast<unsigned>(day.day()));
    for (int j = 0; j < lines_a_day; ++j) text += line;
  }
  return text;
}

std::string first(const std::string& text) {
  const auto day = first_day(
      [&text](std::uint64_t offset) {
        return text.substr(static_cast<std::size_t>(offset), 512);
      },
      text.size(), kModified);
  return day ? to_rfc3339(*day).substr(0, 10) : "none";
}

TEST(Years, FirstDay) {
  struct Case {
    std::string text;
    std::string_view got;
  };
  const Case cases[] = {
      {log(0), "2026-11-24"},
      {log(10), "2026-11-14"},
      {log(365), "2025-11-24"},
      {log(400), "2025-10-20"},
      {log(2000), "2021-06-03"},
      {log(2000, 300), "2021-06-03"},  // 30 MB
      {"Dec 31 23:00:00 mx a: x\nJan  1 00:00:00 mx a: x\n"
       "Dec 31 23:00:00 mx a: late\nJan  2 00:00:00 mx a: x\n",
       "2025-12-31"},
      {"2026-11-24T10:00:00Z mx a: x\nNov 24 10:00:00 mx a: x\n", "none"},
      {"hello\n", "none"},
      {"", "none"},
  };
  for (const auto& [text, got] : cases) {
    EXPECT_EQ(first(text), got) << text.substr(0, 60) << text.size();
  }
}

}  // namespace
}  // namespace lostletter::archive
