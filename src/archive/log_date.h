// SPDX-License-Identifier: Apache-2.0
//
// Dates as logs write them. RFC 3164 leaves out the year and the zone: the zone
// is taken to be this host's, the year follows from when the file was last
// written and from the order of its lines.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace lostletter::archive {

class LogDate {
 public:
  // No line is later than `modified` (clocks may differ by a day). `last`: the
  // line read before, of an earlier reading; 0: none.
  explicit LogDate(Seconds modified, Seconds last = {})
      : modified_(modified), last_(last) {}

  // Takes a date from the front of `text`, with the space behind it:
  //   Nov 23 18:35:18 ...           RFC 3164
  //   2026-11-23T18:35:18.1+01:00   RFC 5424, RFC 3339
  //   2026-11-23 18:35:18 +0100     Exim; without a zone, this host's
  // Nothing, and `text` as it was, when there is none.
  std::optional<Seconds> take(std::string_view& text);

  Seconds last() const { return last_; }

 private:
  struct Fields {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  };
  std::optional<Seconds> take_new(std::string_view& text);
  std::optional<Seconds> take_same_minute(std::string_view& text);
  void keep(std::string_view whole, std::size_t size);
  std::optional<Seconds> take_short(std::string_view& text);
  std::optional<Seconds> take_long(std::string_view& text);
  // The year that a month and a day without one are of.
  int year_of(int month, int day) const;
  std::optional<Seconds> local(const Fields& fields);

  // "2026-11-23" at the front: its midnight in UTC.
  std::optional<Seconds> read_day(std::string_view text, Fields& fields);

  Seconds modified_;
  Seconds last_;
  // Most lines are of the minute of the line before: they differ in seconds.
  std::array<char, 40> text_{};
  std::size_t seconds_ = 0;  // where they begin in it; 0: none is kept
  std::size_t zone_ = 0;     // what stands behind them and their fraction
  std::size_t size_ = 0;
  Seconds minute_{};
  // The day read last: "2026-11-23".
  std::array<char, 10> day_text_{};
  Fields day_fields_;
  Seconds day_begin_{};
  std::array<int, 3> day_{};  // year, month, day of the last one without a year
  // The hour converted last: mktime is slow and lines come by the thousand.
  std::array<int, 4> hour_{};
  Seconds hour_begin_{};
};

}  // namespace lostletter::archive
