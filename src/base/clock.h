// SPDX-License-Identifier: Apache-2.0
//
// Time comes in through this door only, so that tests can turn the clock. Wall
// time may jump either way (NTP, a suspended machine): whatever expires must
// bear that, and waiting inside one process uses `steady`.
#pragma once

#include <chrono>
#include <string>

namespace lostletter {

// Wall time in whole seconds since 1970-01-01T00:00:00Z, as it is stored.
using Seconds = std::chrono::sys_seconds;
using Duration = std::chrono::seconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Seconds now() const = 0;
  virtual std::chrono::steady_clock::time_point steady() const = 0;
};

// The host's clock. Lives for ever; any thread.
const Clock& system_clock();

// A clock that stands still until it is told to move. For tests.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Seconds now) : now_(now) {}
  Seconds now() const override { return now_; }
  std::chrono::steady_clock::time_point steady() const override {
    return steady_;
  }
  void advance(Duration by) {
    now_ += by;
    steady_ += by;
  }
  void jump(Duration by) { now_ += by; }  // wall time only

 private:
  Seconds now_;
  std::chrono::steady_clock::time_point steady_{};
};

// "2026-11-23T18:35:18Z" (RFC 3339).
std::string to_rfc3339(Seconds time);

}  // namespace lostletter
