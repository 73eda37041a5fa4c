// SPDX-License-Identifier: Apache-2.0
//
// Answers for as long as they hold, and no more of them than fit.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>

#include "dns/answer.h"

namespace lostletter::dns {

class Cache {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Beyond `most` answers the oldest go.
  explicit Cache(std::size_t most) : most_(most) {}

  // Null when there is none that still holds. Lives until the next put().
  const Answer* find(const std::string& key, Time now) const;
  // An answer without a TTL is not kept.
  void put(const std::string& key, const Answer& answer, Time now);
  std::size_t size() const { return answers_.size(); }

 private:
  struct Kept {
    Answer answer;
    Time until;
  };
  std::size_t most_;
  std::unordered_map<std::string, Kept> answers_;
  std::deque<std::string> order_;  // of all keys in it, the oldest first
};

}  // namespace lostletter::dns
