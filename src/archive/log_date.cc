// SPDX-License-Identifier: Apache-2.0
#include "archive/log_date.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <ctime>

namespace lostletter::archive {
namespace {

constexpr Duration kDay = std::chrono::hours(24);
// Where a date has its seconds.
constexpr std::size_t kShortSeconds = 13, kLongSeconds = 17;
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// `text[at..at+length)` as a number, or -1. A leading space counts as 0.
int number(std::string_view text, std::size_t at, std::size_t length) {
  if (text.size() < at + length) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + length; ++i) {
    if (text[i] == ' ' && i == at && length == 2) continue;
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool has_date(int year, int month, int day) {
  return std::chrono::year_month_day(
             std::chrono::year(year),
             std::chrono::month(static_cast<unsigned>(month)),
             std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

Seconds utc(int year, int month, int day) {
  return std::chrono::sys_days(std::chrono::year_month_day(
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day))));
}

// "18:35:18" at the front; 60 is a leap second.
bool read_time(std::string_view text, int& hour, int& minute, int& second) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return false;
  hour = number(text, 0, 2);
  minute = number(text, 3, 2);
  second = number(text, 6, 2);
  return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 &&
         second <= 60;
}

// "+01:00", "+0100", "Z" at the front, removed; its offset.
std::optional<Duration> take_zone(std::string_view& text) {
  if (text.starts_with('Z')) {
    text.remove_prefix(1);
    return Duration(0);
  }
  if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) {
    return std::nullopt;
  }
  const std::size_t colon = text[3] == ':' ? 1 : 0;
  const int hours = number(text, 1, 2);
  const int minutes = number(text, 3 + colon, 2);
  if (hours < 0 || minutes < 0) return std::nullopt;
  const Duration offset =
      std::chrono::hours(hours) + std::chrono::minutes(minutes);
  const bool west = text[0] == '-';
  text.remove_prefix(5 + colon);
  return west ? -offset : offset;
}

// ".123456"
void skip_fraction(std::string_view& text) {
  if (text.empty() || (text[0] != '.' && text[0] != ',')) return;
  const auto end = std::find_if_not(text.begin() + 1, text.end(), is_digit);
  text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
}

void skip_space(std::string_view& text) {
  if (text.starts_with(' ')) text.remove_prefix(1);
}

}  // namespace

std::optional<Seconds> LogDate::take(std::string_view& text) {
  if (const auto at = take_same_minute(text)) return at;
  const auto whole = text;
  const auto at = take_new(text);
  if (!at) return std::nullopt;
  keep(whole, whole.size() - text.size());
  return at;
}

std::optional<Seconds> LogDate::take_same_minute(std::string_view& text) {
  const bool is_same = seconds_ != 0 && text.size() > size_ &&
                       std::memcmp(text.data(), text_.data(), seconds_) == 0;
  if (!is_same) return std::nullopt;
  const char tens = text[seconds_];
  const char ones = text[seconds_ + 1];
  if (!is_digit(tens) || !is_digit(ones)) return std::nullopt;
  const int second = 10 * (tens - '0') + (ones - '0');
  if (second > 60) return std::nullopt;
  auto rest = text.substr(seconds_ + 2);
  if (seconds_ == kLongSeconds) skip_fraction(rest);
  const std::string_view zone(&text_[zone_], size_ - zone_);
  if (!rest.starts_with(zone)) return std::nullopt;
  rest.remove_prefix(zone.size());
  // What follows it could be its zone.
  if (rest.empty() || rest[0] == '+' || rest[0] == '-' || rest[0] == 'Z') {
    return std::nullopt;
  }
  text = rest;
  last_ = minute_ + Duration(second);
  return last_;
}

// Of `whole` so many bytes are the date that was read last.
void LogDate::keep(std::string_view whole, std::size_t size) {
  seconds_ = 0;
  if (size > text_.size() || whole[size - 1] != ' ') return;
  const std::size_t seconds = is_digit(whole[0]) ? kLongSeconds : kShortSeconds;
  auto zone = whole.substr(0, size).substr(seconds + 2);
  if (seconds == kLongSeconds) skip_fraction(zone);
  seconds_ = seconds;
  zone_ = size - zone.size();
  size_ = size;
  std::memcpy(text_.data(), whole.data(), size);
  minute_ = last_ - Duration(number(whole, seconds, 2));
}

std::optional<Seconds> LogDate::take_new(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  auto rest = text;
  const auto at = is_digit(text[0]) ? take_long(rest) : take_short(rest);
  if (!at) return std::nullopt;
  skip_space(rest);
  text = rest;
  last_ = *at;
  return at;
}

std::optional<Seconds> LogDate::take_short(std::string_view& text) {
  if (text.size() < 15 || text[3] != ' ' || text[6] != ' ') return {};
  const auto found = kMonths.find(text.substr(0, 3));
  if (found == kMonths.npos || found % 3 != 0) return std::nullopt;
  Fields fields;
  fields.month = static_cast<int>(found / 3) + 1;
  fields.day = number(text, 4, 2);
  if (fields.day < 1 ||
      !read_time(text.substr(7), fields.hour, fields.minute, fields.second)) {
    return std::nullopt;
  }
  if (fields.month != day_[1] || fields.day != day_[2]) {
    day_ = {year_of(fields.month, fields.day), fields.month, fields.day};
  }
  fields.year = day_[0];
  // The 29th of February exists in some years only; the guess was wrong then.
  if (!has_date(fields.year, fields.month, fields.day)) return std::nullopt;
  text.remove_prefix(15);
  return local(fields);
}

// Lines stand in order but for a few days at most. Without a line before it:
// the last such day before the file was last written.
int LogDate::year_of(int month, int day) const {
  const auto year = [](Seconds at) {
    return static_cast<int>(
        std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(at))
            .year());
  };
  // 29 February counts as 1 March where there is none.
  const auto begin = [month, day](int of) {
    return utc(of, month, 1) + (day - 1) * kDay;
  };
  if (last_ != Seconds{}) {
    for (int of = year(last_) - 1; of <= year(last_); ++of) {
      if (begin(of) + 7 * kDay >= last_) return of;
    }
    const int next = year(last_) + 1;
    if (begin(next) <= modified_ + kDay) return next;
    return year(last_);
  }
  const int latest = year(modified_ + kDay);
  return begin(latest) <= modified_ + kDay ? latest : latest - 1;
}

std::optional<Seconds> LogDate::read_day(std::string_view text,
                                         Fields& fields) {
  if (std::memcmp(text.data(), day_text_.data(), day_text_.size()) == 0) {
    fields = day_fields_;
    return day_begin_;
  }
  fields.year = number(text, 0, 4);
  fields.month = number(text, 5, 2);
  fields.day = number(text, 8, 2);
  if (fields.year < 1970 || fields.month < 1 || fields.day < 1 ||
      !has_date(fields.year, fields.month, fields.day)) {
    return std::nullopt;
  }
  std::memcpy(day_text_.data(), text.data(), day_text_.size());
  day_fields_ = fields;
  day_begin_ = utc(fields.year, fields.month, fields.day);
  return day_begin_;
}

std::optional<Seconds> LogDate::take_long(std::string_view& text) {
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != ' ')) {
    return std::nullopt;
  }
  Fields fields;
  const auto day = read_day(text, fields);
  if (!day ||
      !read_time(text.substr(11), fields.hour, fields.minute, fields.second)) {
    return std::nullopt;
  }
  text.remove_prefix(19);
  skip_fraction(text);
  auto rest = text;
  skip_space(rest);  // Exim's log_timezone
  if (const auto zone = take_zone(rest)) {
    text = rest;
    return *day + std::chrono::hours(fields.hour) +
           std::chrono::minutes(fields.minute) + Duration(fields.second) -
           *zone;
  }
  return local(fields);
}

std::optional<Seconds> LogDate::local(const Fields& fields) {
  const std::array<int, 4> hour = {fields.year, fields.month, fields.day,
                                   fields.hour};
  if (hour != hour_) {
    std::tm time{};
    time.tm_year = fields.year - 1900;
    time.tm_mon = fields.month - 1;
    time.tm_mday = fields.day;
    time.tm_hour = fields.hour;
    time.tm_isdst = -1;
    hour_begin_ = Seconds(Duration(std::mktime(&time)));
    hour_ = hour;
  }
  return hour_begin_ + std::chrono::minutes(fields.minute) +
         Duration(fields.second);
}

}  // namespace lostletter::archive
