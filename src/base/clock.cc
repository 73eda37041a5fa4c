// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <ctime>

#include <fmt/chrono.h>

namespace lostletter {
namespace {

class SystemClock final : public Clock {
 public:
  Seconds now() const override {
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
  }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::now();
  }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string to_rfc3339(Seconds time) {
  // Not system_clock::to_time_t(): its nanoseconds end in the year 2262.
  return fmt::format("{:%FT%TZ}",
                     fmt::gmtime(std::time_t{time.time_since_epoch().count()}));
}

}  // namespace lostletter
