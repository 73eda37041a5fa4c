// SPDX-License-Identifier: Apache-2.0
//
// Counters by a number, packed: a scan of years has millions of them, and each
// letter looks up several. Open addressing, one array, which stays in memory
// whatever else leaves it.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/large_pages.h"

namespace lostletter::scan {

// Two halves that make one key; 0 is no key.
inline std::uint64_t key_of(std::uint32_t high, std::uint32_t low) {
  return std::uint64_t{high} << 32U | low;
}
inline std::uint32_t high(std::uint64_t key) {
  return static_cast<std::uint32_t>(key >> 32U);
}
inline std::uint32_t low(std::uint64_t key) {
  return static_cast<std::uint32_t>(key);
}

template <typename Value>
class Table {
 public:
  struct Slot {
    std::uint64_t key = 0;  // 0: free
    Value value = {};
  };

  // The value of `key`, made when there is none. Lives until the next call.
  // REQUIRES: key is not 0.
  Value& operator[](std::uint64_t key) {
    assert(key != 0);
    if (10 * (count_ + 1) > kFull * slots_.size()) grow();
    Slot& slot = slots_[find_slot(key)];
    if (slot.key == 0) {
      slot.key = key;
      ++count_;
    }
    return slot.value;
  }

  // The key is asked for soon: its place is fetched meanwhile.
  void expect(std::uint64_t key) const {
    if (slots_.empty()) return;
    const auto at = static_cast<std::size_t>(mix(key)) & (slots_.size() - 1);
    const char* const slot = reinterpret_cast<const char*>(&slots_[at]);
    __builtin_prefetch(slot, 1);
    // It may lie in two lines of the cache.
    __builtin_prefetch(slot + sizeof(Slot) - 1, 1);
  }

  // Nothing when there is none.
  const Value* find(std::uint64_t key) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[find_slot(key)];
    return slot.key == 0 ? nullptr : &slot.value;
  }

  std::size_t size() const { return count_; }
  // Its array remains.
  void clear() {
    std::ranges::fill(slots_, Slot());
    count_ = 0;
  }

  // How many keys an array of so many bytes has room for; a few at least.
  static std::size_t within(std::size_t bytes) {
    return kFull * std::bit_floor(std::max(bytes / sizeof(Slot), kFirst)) / 10;
  }

  // Calls use(key, value) for each, in no order.
  template <typename Use>
  void each(const Use& use) const {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i].key != 0) use(slots_[i].key, slots_[i].value);
    }
  }

 private:
  using Slots = std::vector<Slot, LargePages<Slot, Spill::kNever>>;
  static constexpr std::size_t kFirst = 1024;
  static constexpr std::size_t kFull = 7;  // tenths

  // Keys count up: their bits are mixed before they name a place (the finisher
  // of splitmix64).
  static std::uint64_t mix(std::uint64_t key) {
    key ^= key >> 30U;
    key *= 0xbf58476d1ce4e5b9U;
    key ^= key >> 27U;
    key *= 0x94d049bb133111ebU;
    return key ^ key >> 31U;
  }

  std::size_t find_slot(std::uint64_t key) const {
    const std::size_t mask = slots_.size() - 1;
    auto at = static_cast<std::size_t>(mix(key)) & mask;
    while (slots_[at].key != 0 && slots_[at].key != key) at = (at + 1) & mask;
    return at;
  }

  void grow() {
    Slots old(slots_.empty() ? kFirst : 2 * slots_.size());
    std::swap(old, slots_);
    for (std::size_t i = 0; i < old.size(); ++i) {
      Slot& slot = old[i];
      if (slot.key != 0) slots_[find_slot(slot.key)] = std::move(slot);
    }
  }

  Slots slots_;  // a power of two
  std::size_t count_ = 0;
};

}  // namespace lostletter::scan
