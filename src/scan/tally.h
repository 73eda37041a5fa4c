// SPDX-License-Identifier: Apache-2.0
//
// Sums by a number, of additions in any order. What was added lately lies in a
// table. Where the process is to keep within so much memory (LargeMemory) and
// the table is full, it is put away as a run, in the order of the numbers, and
// begins anew: whoever adds never touches what has left the memory. Runs are
// read from their beginning to their end, side by side.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/large_pages.h"
#include "scan/table.h"

namespace lostletter::scan {

template <typename Value>
class Tally {
 public:
  // What is added to. Lives until the next call. REQUIRES: key is not 0.
  Value& operator[](std::uint64_t key) {
    if (recent_.size() >= most_) put_away();
    return recent_[key];
  }
  // The key is added to soon: its place is fetched meanwhile.
  void expect(std::uint64_t key) const { recent_.expect(key); }

  // Value() when nothing was added. Quickest after merge().
  Value of(std::uint64_t key) const {
    Value sum = {};
    if (const Value* const found = recent_.find(key)) sum = *found;
    for (const Run& run : runs_) {
      const auto found = std::ranges::lower_bound(run, key, {}, &Slot::key);
      if (found != run.end() && found->key == key) add(sum, found->value);
    }
    return sum;
  }

  // Calls use(key, value) for each: in order where there are runs, else in
  // none.
  template <typename Use>
  void each(const Use& use) const {
    if (runs_.empty()) return recent_.each(use);
    const Run last = sorted(recent_);
    std::vector<Rest> rests(runs_.begin(), runs_.end());
    rests.emplace_back(last);
    each_of(std::move(rests), use);
  }

  // How many keys. Counts them all where there are several runs.
  std::size_t size() const {
    std::size_t count = 0;
    if (runs_.empty()) return recent_.size();
    if (runs_.size() == 1 && recent_.size() == 0) return runs_.front().size();
    each([&count](std::uint64_t, const Value&) { ++count; });
    return count;
  }

  // Nothing is added for now: what was added lately is put away as well, where
  // anything was.
  void settle() {
    if (runs_.empty()) return;
    put_away();
    recent_ = {};
  }
  // Of all runs one.
  void merge() {
    if (runs_.empty()) return;
    Run all;
    std::size_t most = recent_.size();
    for (const Run& run : runs_) most += run.size();
    all.reserve(most);
    each([&all](std::uint64_t key, const Value& value) {
      all.push_back({key, value});
    });
    recent_ = {};
    runs_.clear();
    runs_.push_back(std::move(all));
  }

 private:
  using Slot = typename Table<Value>::Slot;
  using Run = std::vector<Slot, LargePages<Slot>>;
  using Rest = std::span<const Slot>;
  static constexpr std::size_t kMostRuns = 64;
  // So many numbers after another the process is kept within its memory.
  static constexpr std::size_t kStep = std::size_t{1} << 10U;

  static void add(Value& to, const Value& more) {
    if constexpr (requires { to.add(more); }) {
      to.add(more);
    } else {
      to += more;
    }
  }

  static Run sorted(const Table<Value>& table) {
    Run run;
    run.reserve(table.size());
    table.each([&run](std::uint64_t key, const Value& value) {
      run.push_back({key, value});
    });
    std::ranges::sort(run, {}, &Slot::key);
    return run;
  }

  void put_away() {
    if (runs_.size() == kMostRuns) merge();
    runs_.push_back(sorted(recent_));
    recent_.clear();
    LargeMemory::relieve();
  }

  // A heap of what is left of each, with the least number on top.
  template <typename Use>
  static void each_of(std::vector<Rest> rests, const Use& use) {
    const auto is_later = [](const Rest& a, const Rest& b) {
      return a.front().key > b.front().key;
    };
    std::erase_if(rests, [](const Rest& rest) { return rest.empty(); });
    std::ranges::make_heap(rests, is_later);
    for (std::size_t count = 1; !rests.empty(); ++count) {
      if (count % kStep == 0) LargeMemory::relieve();
      Slot sum{rests.front().front().key, {}};
      while (!rests.empty() && rests.front().front().key == sum.key) {
        std::ranges::pop_heap(rests, is_later);
        Rest& rest = rests.back();
        add(sum.value, rest.front().value);
        rest = rest.subspan(1);
        if (rest.empty()) {
          rests.pop_back();
        } else {
          std::ranges::push_heap(rests, is_later);
        }
      }
      use(sum.key, sum.value);
    }
  }

  Table<Value> recent_;
  std::size_t most_ = Table<Value>::within(LargeMemory::share());
  std::vector<Run> runs_;
};

}  // namespace lostletter::scan
