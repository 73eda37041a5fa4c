// SPDX-License-Identifier: Apache-2.0
#include "base/zone.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <limits>
#include <optional>

#include "base/text.h"

namespace lostletter {
namespace {

constexpr std::uint32_t kDay = 24 * 3600;

// For localtime_r(), which asks the environment.
class Environment {
 public:
  explicit Environment(const std::string& zone) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", zone.c_str(), 1);
    ::tzset();
  }
  ~Environment() {
    if (before_) {
      ::setenv("TZ", before_->c_str(), 1);
    } else {
      ::unsetenv("TZ");
    }
    ::tzset();
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::optional<std::string> before_;
};

std::int32_t offset_at(std::uint32_t at) {
  const auto time = static_cast<std::time_t>(at);
  std::tm local{};
  ::localtime_r(&time, &local);
  return static_cast<std::int32_t>(local.tm_gmtoff);
}

bool is_known(const std::string& name) {
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '+' ||
           c == '-';
  });
  std::error_code error;
  return plain && !name.empty() && name.front() != '/' &&
         std::filesystem::is_regular_file("/usr/share/zoneinfo/" + name, error);
}

}  // namespace

Result<Zone> Zone::load(const std::string& name) {
  if (name == "UTC") return Zone();
  if (!is_known(name)) {
    return fail("'" + printable(name, 60) +
                "' is no time zone that this system knows (as Europe/Berlin; "
                "Debian's package tzdata has them)");
  }
  const Environment environment(":" + name);
  Zone zone;
  zone.name_ = name;
  zone.changes_ = {{0, offset_at(0)}};
  for (std::uint32_t day = 0;
       day < std::numeric_limits<std::uint32_t>::max() - kDay; day += kDay) {
    if (offset_at(day + kDay) == zone.changes_.back().offset) continue;
    std::uint32_t before = day;
    std::uint32_t after = day + kDay;
    while (after - before > 1) {
      const std::uint32_t middle = before + (after - before) / 2;
      (offset_at(middle) == zone.changes_.back().offset ? before : after) =
          middle;
    }
    zone.changes_.push_back({after, offset_at(after)});
  }
  return zone;
}

std::int32_t Zone::offset(std::uint32_t at) const {
  return std::prev(std::ranges::upper_bound(changes_, at, {}, &Change::at))
      ->offset;
}

std::uint32_t Zone::utc(std::uint32_t local) const {
  const auto at = static_cast<std::int64_t>(local);
  // The clocks of before a change are a day back for certain, those of after
  // it a day on.
  for (const std::int64_t there : {at - kDay, at + std::int64_t{kDay}}) {
    const std::int64_t utc =
        at - offset(static_cast<std::uint32_t>(std::clamp<std::int64_t>(
                 there, 0, std::numeric_limits<std::uint32_t>::max())));
    if (utc >= 0 && this->local(static_cast<std::uint32_t>(utc)) == local) {
      return static_cast<std::uint32_t>(utc);
    }
  }
  // An hour that there was not: what it would have been without the change.
  return static_cast<std::uint32_t>(
      std::max<std::int64_t>(0, at - offset(local)));
}

}  // namespace lostletter
