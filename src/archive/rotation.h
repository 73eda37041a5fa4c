// SPDX-License-Identifier: Apache-2.0
//
// The names logrotate, savelog and newsyslog give: mail.log, mail.log.1,
// mail.log.2.gz; mail.log-20260101.gz; mail.log.2026-01-01.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lostletter::archive {

struct Rotation {
  std::string set;           // the name all of them have
  std::uint64_t date = 0;    // digits of the date, 20260101
  std::uint64_t number = 0;  // the higher the older

  bool operator==(const Rotation&) const = default;
};
Rotation rotation_of(std::string_view path);

// Of the same set: written before the other. What has neither a date nor a
// number is written now.
bool is_older(const Rotation& a, const Rotation& b);

}  // namespace lostletter::archive
