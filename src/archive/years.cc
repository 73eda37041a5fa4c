// SPDX-License-Identifier: Apache-2.0
#include "archive/years.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "archive/log_date.h"
#include "base/text.h"

namespace lostletter::archive {
namespace {

constexpr std::uint64_t kSamples = 4096;
constexpr std::uint64_t kLeastStep = 512;

using Day = std::chrono::year_month_day;

bool has_year(std::string_view line) {
  return !line.empty() && line[0] >= '0' && line[0] <= '9';
}

// Of a line without a year; its year is a guess.
std::optional<Day> day_of(std::string_view line, Seconds modified) {
  if (has_year(line)) return std::nullopt;
  LogDate date(modified);
  const auto at = date.take(line);
  if (!at) return std::nullopt;
  return Day(std::chrono::floor<std::chrono::days>(*at));
}

// Lines may be a few days out of order.
bool begins_a_year(const Day& before, const Day& day) {
  const auto ordinal = [](const Day& one) {
    return static_cast<unsigned>(one.month()) * 31 +
           static_cast<unsigned>(one.day());
  };
  return ordinal(day) + 31 < ordinal(before);
}
bool ends_one_late(const Day& before, const Day& day) {
  return static_cast<unsigned>(before.month()) <= 1 &&
         static_cast<unsigned>(day.month()) == 12;
}

}  // namespace

std::optional<Seconds> first_day(
    const std::function<std::string(std::uint64_t offset)>& read_at,
    std::uint64_t size, Seconds modified) {
  if (has_year(read_at(0))) return std::nullopt;
  const auto step = std::max(size / kSamples, kLeastStep);
  std::optional<Day> first;
  std::optional<Day> last;
  int years = 0;
  const auto look = [&](std::string_view line) {
    const auto day = day_of(line, modified);
    if (!day || (last && ends_one_late(*last, *day))) return;
    if (last && begins_a_year(*last, *day)) ++years;
    if (!first) first = day;
    last = day;
  };
  for (std::uint64_t offset = 0; offset < size; offset += step) {
    const auto text = read_at(offset);
    const auto lines = split(text, '\n');
    // Cut: the last line, and but for the very first also the first.
    for (std::size_t i = offset > 0; i + 1 < lines.size(); ++i) look(lines[i]);
    if (!first) return std::nullopt;
  }
  const auto text = read_at(size - std::min(size, kLeastStep));
  const auto lines = split(text, '\n');
  if (lines.size() > 2) look(lines[lines.size() - 2]);
  if (!first || !last) return std::nullopt;
  const Day begin = (last->year() - std::chrono::years(years)) /
                    first->month() / first->day();
  // 29 February of a year that has none: the guess was wrong.
  if (!begin.ok()) return std::nullopt;
  return Seconds(std::chrono::sys_days(begin));
}

Seconds day_at(const std::function<std::string(std::uint64_t offset)>& read_at,
               std::uint64_t offset, std::uint64_t size, Seconds modified,
               Seconds first) {
  LogDate date(modified, first);
  const auto step = std::max(size / kSamples, kLeastStep);
  for (std::uint64_t at = 0; at < offset; at += step) {
    const auto text = read_at(at);
    const auto lines = split(text, '\n');
    for (std::size_t i = at > 0; i + 1 < lines.size(); ++i) {
      std::string_view line = lines[i];
      date.take(line);
    }
  }
  return date.last();
}

}  // namespace lostletter::archive
