// SPDX-License-Identifier: Apache-2.0
//
// A log without years that nobody rotates (Postfix's maillog_file) spans
// several. Samples from all over the file tell how often a year began, and so
// when the first line was written.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"

namespace lostletter::archive {

// The day of the first line. `read_at` gives some hundred bytes from an offset;
// a few thousand calls. Nothing when lines have years, or no date.
std::optional<Seconds> first_day(
    const std::function<std::string(std::uint64_t offset)>& read_at,
    std::uint64_t size, Seconds modified);

// The day of the line at `offset`, when the first line is of the day `first`.
Seconds day_at(const std::function<std::string(std::uint64_t offset)>& read_at,
               std::uint64_t offset, std::uint64_t size, Seconds modified,
               Seconds first);

}  // namespace lostletter::archive
