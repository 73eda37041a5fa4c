// SPDX-License-Identifier: Apache-2.0
//
// Time comes in through this door only, so that tests can turn the clock. Wall
// time may jump either way (NTP, a suspended machine): whatever expires must
// bear that, and waiting inside one process uses `steady`.
#pragma once

#include <atomic>
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

// A clock that stands still until it is told to move. For tests. Any thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Seconds now) : now_(now) {}
  Seconds now() const override { return now_; }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(Duration(steady_));
  }
  void advance(Duration by) {
    jump(by);
    steady_ += by.count();
  }
  void jump(Duration by) { now_ = now_.load() + by; }  // wall time only

 private:
  std::atomic<Seconds> now_;
  std::atomic<Duration::rep> steady_ = 0;  // seconds
};

// "2026-11-23T18:35:18Z" (RFC 3339).
std::string to_rfc3339(Seconds time);

}  // namespace lostletter
