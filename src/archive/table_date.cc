// SPDX-License-Identifier: Apache-2.0
#include "archive/table_date.h"

#include <algorithm>
#include <chrono>

#include "archive/field_text.h"
#include "base/text.h"

namespace lostletter::archive {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Up to `most` digits at the front, removed; -1: none.
int take_number(std::string_view& text, std::size_t most) {
  int value = -1;
  for (std::size_t i = 0; i < most && !text.empty() && is_digit(text[0]); ++i) {
    value = std::max(value, 0) * 10 + (text[0] - '0');
    text.remove_prefix(1);
  }
  return value;
}

struct Numbers {
  int first = -1, second = -1, third = -1;
  bool year_first = false;
};
// "2026-11-30", "11/30/2026", "30.11.2026" at the front, removed.
std::optional<Numbers> take_numbers(std::string_view& text) {
  Numbers found;
  const auto before = text.size();
  found.first = take_number(text, 4);
  found.year_first = before - text.size() == 4;
  if (found.first < 0 || text.empty()) return std::nullopt;
  const char between = text[0];
  if (between != '-' && between != '/' && between != '.') return std::nullopt;
  text.remove_prefix(1);
  found.second = take_number(text, 2);
  if (text.empty() || text[0] != between) return std::nullopt;
  text.remove_prefix(1);
  const auto rest = text.size();
  found.third = take_number(text, 4);
  if (!found.year_first && rest - text.size() != 4) return std::nullopt;
  if (found.second < 0 || found.third < 0) return std::nullopt;
  return found;
}

std::optional<Seconds> day_of(int year, int month, int day) {
  if (year < 1970 || year > 9999 || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date(
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  return Seconds(std::chrono::sys_days(date));
}

struct Time {
  Duration since_midnight{};
  bool has_half = false;  // AM or PM
};
// "08:48:10.123", "8:48 AM" at the front, removed. 60 is a leap second.
std::optional<Time> take_time(std::string_view& text) {
  const int hour = take_number(text, 2);
  if (hour < 0 || !take(text, ":")) return std::nullopt;
  const int minute = take_number(text, 2);
  const int second = take(text, ":") ? take_number(text, 2) : 0;
  if (minute < 0 || minute > 59 || second < 0 || second > 60 || hour > 23) {
    return std::nullopt;
  }
  if (take(text, ".") || take(text, ",")) take_number(text, 9);
  Time time;
  int hours = hour;
  auto rest = trim(text);
  if (const auto half = ascii_lower(rest.substr(0, 2));
      half == "am" || half == "pm") {
    if (hour < 1 || hour > 12) return std::nullopt;
    hours = hour % 12 + (half == "pm" ? 12 : 0);
    time.has_half = true;
    text = rest.substr(2);
  }
  time.since_midnight = std::chrono::hours(hours) +
                        std::chrono::minutes(minute) + Duration(second);
  return time;
}

struct Zone {
  std::string_view name;
  int hours;
};
constexpr Zone kZones[] = {
    {"", 0},     {"z", 0},    {"utc", 0},  {"gmt", 0},
    {"edt", -4}, {"est", -5}, {"cdt", -5}, {"cst", -6},
    {"mdt", -6}, {"mst", -7}, {"pdt", -7}, {"pst", -8},
};

// "Z", "+01:00", "-0800", "PST", "GMT+1"; all of `text`.
std::optional<Duration> zone_of(std::string_view text) {
  text = trim(text);
  const auto sign = text.find_first_of("+-");
  const auto name = ascii_lower(trim(text.substr(0, sign)));
  const Zone* zone = nullptr;
  for (const Zone& one : kZones) {
    if (one.name == name) zone = &one;
  }
  if (zone == nullptr) return std::nullopt;
  if (sign == text.npos) return std::chrono::hours(zone->hours);
  if (zone->hours != 0) return std::nullopt;
  auto rest = text.substr(sign + 1);
  const int hours = take_number(rest, 2);
  take(rest, ":");
  const int minutes = rest.empty() ? 0 : take_number(rest, 2);
  if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59 || !rest.empty()) {
    return std::nullopt;
  }
  const Duration offset =
      std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return text[sign] == '-' ? -offset : offset;
}

}  // namespace

void TableDate::learn(std::string_view text) {
  text = trim(text);
  const auto numbers = take_numbers(text);
  if (!numbers || numbers->year_first) return;
  const bool day_first = numbers->first > 12 && numbers->second <= 12;
  const bool month_first = numbers->second > 12 && numbers->first <= 12;
  if (day_first == month_first) return;
  const Order now = day_first ? Order::kDayFirst : Order::kMonthFirst;
  order_ = order_ == Order::kUnknown || order_ == now ? now : Order::kBoth;
}

std::optional<Seconds> TableDate::read(std::string_view text) const {
  text = trim(text);
  const auto numbers = take_numbers(text);
  if (!numbers) return std::nullopt;
  Time time;
  if (!text.empty()) {
    if (text[0] != 'T' && text[0] != ' ' && text[0] != ',') return std::nullopt;
    text = trim(text.substr(1));
    const auto told = take_time(text);
    if (!told) return std::nullopt;
    time = *told;
  }
  const auto zone = zone_of(text);
  if (!zone) return std::nullopt;
  const auto& [first, second, third, year_first] = *numbers;
  auto order = order_;
  if (first > 12) order = Order::kDayFirst;
  if (second > 12) order = Order::kMonthFirst;
  // As the United States write it, where no row of the table says otherwise.
  if (order == Order::kUnknown && time.has_half) order = Order::kMonthFirst;
  std::optional<Seconds> day;
  if (year_first) {
    day = day_of(first, second, third);
  } else if (order == Order::kMonthFirst) {
    day = day_of(third, first, second);
  } else if (order == Order::kDayFirst || first == second) {
    day = day_of(third, second, first);
  }
  if (!day) return std::nullopt;
  return *day + time.since_midnight - *zone;
}

}  // namespace lostletter::archive
