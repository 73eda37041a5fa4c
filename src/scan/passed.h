// SPDX-License-Identifier: Apache-2.0
//
// Letters from one address to another, in sum.
#pragma once

#include <cstdint>

namespace lostletter::scan {

struct Passed {
  std::uint32_t letters = 0;
  std::uint32_t delivered = 0;
  std::uint32_t bounced = 0;
  std::uint32_t clear = 0;      // delivered elsewhere without TLS
  std::uint32_t forwarded = 0;  // because an alias of `from` leads there
  std::uint32_t first = 0;      // seconds since 1970; 0: never told
  std::uint32_t last = 0;

  // Those that may have arrived.
  std::uint32_t arrived() const { return letters - bounced; }
  void add(const Passed& other);

  bool operator==(const Passed&) const = default;
};

// The earlier of two times, of which 0 is none.
std::uint32_t earlier(std::uint32_t a, std::uint32_t b);

}  // namespace lostletter::scan
