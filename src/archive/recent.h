// SPDX-License-Identifier: Apache-2.0
//
// Hashes of what was seen lately, of the last so many at least. Every letter
// passes here: two open-addressed arrays, the older one dropped when the newer
// is full.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lostletter::archive {

class Recent {
 public:
  static constexpr std::size_t kMost = 50'000;

  void add(std::uint64_t hash) {
    if (count_ >= kMost) {
      older_ = std::exchange(newer_, {});
      count_ = 0;
    }
    if (newer_.empty()) newer_.resize(kSlots);
    std::uint64_t& slot = find(newer_, key_of(hash));
    if (slot == 0) ++count_;
    slot = key_of(hash);
  }

  // Whether it was there, and is no longer.
  bool take(std::uint64_t hash) {
    bool was_there = false;
    for (auto* slots : {&newer_, &older_}) {
      if (slots->empty()) continue;
      std::uint64_t& slot = find(*slots, key_of(hash));
      was_there = was_there || slot != 0;
      if (slot != 0) slot = kTaken;
    }
    return was_there;
  }

  // Sorted, each once.
  std::vector<std::uint64_t> all() const {
    std::vector<std::uint64_t> hashes;
    for (const auto* slots : {&newer_, &older_}) {
      for (const std::uint64_t slot : *slots) {
        if (slot != 0 && slot != kTaken) hashes.push_back(slot - kFirst);
      }
    }
    std::ranges::sort(hashes);
    const auto [end, last] = std::ranges::unique(hashes);
    hashes.erase(end, last);
    return hashes;
  }

 private:
  static constexpr std::size_t kSlots = 131'072;  // a power of two
  static constexpr std::uint64_t kTaken = 1;      // still in the way of others
  static constexpr std::uint64_t kFirst = 2;

  static std::uint64_t key_of(std::uint64_t hash) { return hash + kFirst; }
  static std::uint64_t& find(std::vector<std::uint64_t>& slots,
                             std::uint64_t key) {
    std::size_t at = key % kSlots;
    while (slots[at] != 0 && slots[at] != key) at = (at + 1) % kSlots;
    return slots[at];
  }

  std::vector<std::uint64_t> newer_, older_;
  std::size_t count_ = 0;  // of newer_: ever put there
};

}  // namespace lostletter::archive
