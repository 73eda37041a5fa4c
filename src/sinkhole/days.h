// SPDX-License-Identifier: Apache-2.0
//
// Days as a tally writes them, "2026-11-24", to count with.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lostletter::sinkhole {

using Days = std::chrono::sys_days;
using Totals = std::map<std::string, std::uint64_t>;

// A year and a month: what is kept.
inline constexpr std::chrono::days kMostDays(400);

// The epoch for what is none.
Days day_of(std::string_view text);
std::string text_of(Days day);

// Of the days from `from` on and before `until`.
std::uint64_t total_within(const Totals& by_day, Days from, Days until);

// The greatest first; of equals in their order.
std::vector<std::pair<std::string, std::uint64_t>> by_count(
    const Totals& totals);

}  // namespace lostletter::sinkhole
