// SPDX-License-Identifier: Apache-2.0
//
// Dates as exports of mail services write them. A zone that is not told is
// UTC, which all of these services export in.
//
//   2026-11-30T08:48:10.123Z       RFC 3339, with any offset or none
//   2026/11/30 08:48:10 UTC        Google; also GMT, and RFC 5322's EST ... PDT
//   11/30/2026 8:48:10 AM          the United States
//   30.11.2026 08:48:10            where a number above 12 tells which is which
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace lostletter::archive {

class TableDate {
 public:
  // A cell of the column that is read before its rows are, to learn whether
  // the day stands first: only a number above 12 tells.
  void learn(std::string_view text);

  // Nothing: no date, or one that could be two.
  std::optional<Seconds> read(std::string_view text) const;

 private:
  enum class Order { kUnknown, kMonthFirst, kDayFirst, kBoth };
  Order order_ = Order::kUnknown;
};

}  // namespace lostletter::archive
