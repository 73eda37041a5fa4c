// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/days.h"

#include <algorithm>
#include <charconv>

#include "base/clock.h"

namespace lostletter::sinkhole {

Days day_of(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (text.size() != 10) return {};
  const auto read = [&](std::size_t at, std::size_t length, auto& number) {
    std::from_chars(text.data() + at, text.data() + at + length, number);
  };
  read(0, 4, year);
  read(5, 2, month);
  read(8, 2, day);
  const auto date = std::chrono::year(year) / std::chrono::month(month) /
                    std::chrono::day(day);
  return date.ok() ? Days(date) : Days{};
}

std::string text_of(Days day) { return to_rfc3339(Seconds(day)).substr(0, 10); }

std::uint64_t total_within(const Totals& by_day, Days from, Days until) {
  std::uint64_t total = 0;
  for (const auto& [day, count] : by_day) {
    const Days at = day_of(day);
    if (at >= from && at < until) total += count;
  }
  return total;
}

std::vector<std::pair<std::string, std::uint64_t>> by_count(
    const Totals& totals) {
  std::vector<std::pair<std::string, std::uint64_t>> list(totals.begin(),
                                                          totals.end());
  std::ranges::stable_sort(
      list, [](const auto& a, const auto& b) { return a.second > b.second; });
  return list;
}

}  // namespace lostletter::sinkhole
