// SPDX-License-Identifier: Apache-2.0
//
// A date that is read can be written as RFC 5322 wants it and is read as the
// same moment.
#include <cassert>
#include <chrono>
#include <cstdint>

#include <fmt/format.h>

#include "base/text.h"
#include "mail/date.h"

using namespace lostletter;

namespace {

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string written(std::chrono::year_month_day day, Duration time) {
  return fmt::format("{} {} {:04} {:02}:{:02}:{:02} +0000 (UTC)",
                     static_cast<unsigned>(day.day()),
                     kMonths[static_cast<unsigned>(day.month()) - 1],
                     static_cast<int>(day.year()), time.count() / 3600,
                     time.count() / 60 % 60, time.count() % 60);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(data, data + size);
  const auto date = mail::parse_date(text);
  if (!date) {
    std::string message = date.error().message;
    std::erase(message, '\\');  // which printable would double
    assert(!message.empty() && message.size() <= 200);
    assert(printable(message, message.size()) == message);
    return 0;
  }
  const auto midnight = std::chrono::floor<std::chrono::days>(date->time);
  const std::chrono::year_month_day day(midnight);
  // A zone may carry the first and the last day out of four digits.
  const int year = static_cast<int>(day.year());
  assert(year >= -1 && year <= 10000);
  if (year < 0 || year > 9999) return 0;
  const auto again = mail::parse_date(written(day, date->time - midnight));
  assert(again && again->time == date->time && again->has_comment);
  return 0;
}
