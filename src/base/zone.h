// SPDX-License-Identifier: Apache-2.0
//
// A time zone: how far its clocks were from UTC, at any time since 1970, from
// the time zone database of the system.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace lostletter {

class Zone {
 public:
  // UTC.
  Zone() : changes_{{0, 0}} {}
  // "Europe/Berlin". Fails when the system does not know it. Not to be called
  // while other threads work with local time.
  static Result<Zone> load(const std::string& name);

  // As it was loaded; "UTC".
  const std::string& name() const { return name_; }

  // Seconds to add to UTC. `at`: seconds since 1970.
  std::int32_t offset(std::uint32_t at) const;
  // What its clocks showed, as seconds since 1970 of a clock that never
  // changed.
  std::uint32_t local(std::uint32_t at) const {
    return static_cast<std::uint32_t>(static_cast<std::int64_t>(at) +
                                      offset(at));
  }
  // The other way round; of an hour that there were twice, the first.
  std::uint32_t utc(std::uint32_t local) const;

 private:
  struct Change {
    std::uint32_t at;
    std::int32_t offset;  // from then on
  };

  std::string name_ = "UTC";
  std::vector<Change> changes_;  // in order; the first is at 0
};

}  // namespace lostletter
