// SPDX-License-Identifier: Apache-2.0
//
// What a process said before it tells of letters: that it speaks TLS with a
// host, who logged in. Good for an hour.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/clock.h"

namespace lostletter::archive {

class Processes {
 public:
  struct Said {
    std::string text;
    std::string id;  // of the letter that it belongs to, once that is known
    Seconds at{};
  };

  void say(std::string_view process, Said said) {
    if (all_.size() >= most_) purge(said.at);
    find(process) = std::move(said);
  }

  // What it said last; nothing when that was not within the hour.
  Said* recall(std::string_view process, Seconds now) {
    const auto found = all_.find(process);
    if (found == all_.end() || !is_good(found->second, now)) return nullptr;
    return &found->second;
  }

  // Calls use(process, said) for what is still good.
  template <typename Use>
  void each(Seconds now, const Use& use) const {
    for (const auto& [process, said] : all_) {
      if (is_good(said, now)) use(process, said);
    }
  }

 private:
  static constexpr Duration kGood = std::chrono::hours(1);

  static bool is_good(const Said& said, Seconds now) {
    return said.at <= now && now <= said.at + kGood;
  }

  Said& find(std::string_view process) {
    const auto found = all_.find(process);
    return found != all_.end() ? found->second : all_[std::string(process)];
  }

  // What is no longer good, and was said by clocks that are far ahead.
  void purge(Seconds now) {
    std::erase_if(all_, [now](const auto& one) {
      return one.second.at + kGood < now || now + kGood < one.second.at;
    });
    most_ = std::max(std::size_t{10'000}, 2 * all_.size());
  }

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, Said, Hash, std::equal_to<>> all_;
  std::size_t most_ = 10'000;
};

}  // namespace lostletter::archive
