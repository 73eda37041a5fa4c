// SPDX-License-Identifier: Apache-2.0
//
// Hashes of what was seen lately, of the last so many at least. Every letter
// passes here: two open-addressed arrays, the older one dropped when the newer
// has as many as are kept.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lostletter::archive {

class Recent {
 public:
  explicit Recent(std::size_t most) : most_(most) {}

  // REQUIRES: hashes have 63 bits.
  void add(std::uint64_t hash) {
    assert(hash >> 63U == 0);
    if (newer_.count >= most_) older_ = std::exchange(newer_, {});
    newer_.add(hash + kFirst);
  }

  bool contains(std::uint64_t hash) const {
    return newer_.has(hash + kFirst) || older_.has(hash + kFirst);
  }

  // Whether it was there, and is no longer.
  bool take(std::uint64_t hash) {
    const bool was_newer = newer_.take(hash + kFirst);
    return older_.take(hash + kFirst) || was_newer;
  }

  // Sorted, each once.
  std::vector<std::uint64_t> all() const {
    std::vector<std::uint64_t> hashes;
    for (const auto* half : {&newer_, &older_}) {
      for (const std::uint64_t key : half->slots) {
        if (key >= kFirst) hashes.push_back(key - kFirst);
      }
    }
    std::ranges::sort(hashes);
    const auto [end, last] = std::ranges::unique(hashes);
    hashes.erase(end, last);
    return hashes;
  }

 private:
  static constexpr std::uint64_t kTaken = 1;  // still in the way of others
  static constexpr std::uint64_t kFirst = 2;  // of keys; 0: free

  struct Half {
    std::vector<std::uint64_t> slots;  // a power of two
    std::size_t count = 0;             // ever put there

    std::size_t place(std::uint64_t key) const {
      std::size_t at = key % slots.size();
      while (slots[at] != 0 && slots[at] != key) at = (at + 1) % slots.size();
      return at;
    }
    bool has(std::uint64_t key) const {
      return !slots.empty() && slots[place(key)] == key;
    }
    void add(std::uint64_t key) {
      if (2 * (count + 1) > slots.size()) grow();
      std::uint64_t& slot = slots[place(key)];
      if (slot == 0) ++count;
      slot = key;
    }
    bool take(std::uint64_t key) {
      if (!has(key)) return false;
      slots[place(key)] = kTaken;
      return true;
    }
    void grow() {
      const auto old =
          std::exchange(slots, std::vector<std::uint64_t>(std::max<std::size_t>(
                                   1024, 2 * slots.size())));
      for (const std::uint64_t key : old) {
        if (key >= kFirst) slots[place(key)] = key;
      }
    }
  };

  std::size_t most_;
  Half newer_, older_;
};

}  // namespace lostletter::archive
