// SPDX-License-Identifier: Apache-2.0
//
// The slots of a question's buckets: signatures tell nearly all names that only
// share a key from those that are compared.
#include <algorithm>
#include <cstring>

#include "lookalike/index_search.h"

namespace lostletter::lookalike {

using namespace keys;

namespace {

// Four numbers at once, in whatever registers the machine has.
using Four [[gnu::vector_size(16)]] = std::uint32_t;

Four four(std::uint32_t value) { return Four{} + value; }

Four load_four(const std::uint32_t* from) {
  Four loaded;
  std::memcpy(&loaded, from, sizeof loaded);
  return loaded;
}

bool any(Four truth) {
  using Two [[gnu::vector_size(16)]] = std::uint64_t;
  const auto halves = reinterpret_cast<Two>(truth);
  return (halves[0] | halves[1]) != 0;
}

// Calls use(four slots, where they begin) until all are used. What is behind
// the last one may be used, too: it is as good as anything that shares a
// bucket.
template <typename Use>
void each_four(std::span<const std::uint32_t> slots, const Use& use) {
  const std::uint32_t* const end = slots.data() + slots.size();
  for (const std::uint32_t* at = slots.data(); at < end; at += 4) {
    use(load_four(at), at);
  }
}

// All ones where no more than two bits are set, or four.
Four up_to_two(Four x) {
  x &= x - 1;
  return (x & (x - 1)) == 0;
}
Four up_to_four(Four x) {
  x &= x - 1;
  return up_to_two(x & (x - 1));
}

// Inline: GCC takes a function that only prefetches for one without effect, and
// leaves its calls out.
[[gnu::always_inline]] inline void prefetch(
    std::span<const std::uint32_t> slots) {
  if (slots.empty()) return;
  __builtin_prefetch(&slots.front());
  __builtin_prefetch(&slots.back());
}

}  // namespace

// Most keys of the filtered tables are nobody's.
void Search::choose() {
  for (const Key& one : near_) prefetch(index_.near_.at(one.bucket));
  for (const Key& one : back_) {
    const auto slots = index_.back_.at(one.bucket);
    prefetch(slots);
    if (!slots.empty()) {
      prefetch({&index_.back_bags_[static_cast<std::size_t>(
                    slots.data() - index_.back_.slots.data())],
                slots.size()});
    }
  }
  const auto keep = [](const Index::Table& table, auto& keys) {
    std::size_t kept = 0;
    for (const Key& one : keys) {
      if ((table.filter(one.bucket) & bloom_bit(one.key)) == 0) continue;
      prefetch(table.at(one.bucket));
      keys.keys[kept++] = one;
    }
    keys.count = kept;
  };
  keep(index_.far_, far_);
  keep(index_.whole_, whole_);
}

void Search::scan() {
  scan_own();
  for (std::size_t i = 1; i < near_.count; ++i) scan_near(near_.keys[i]);
  for (const Key& one : far_) scan_far(one);
  for (const Key& one : back_) scan_back(one);
}

void Search::scan_own() {
  const auto [key, bucket] = near_.keys[0];
  const std::uint32_t mark = mark_of(key) >> layout_.run_mark();
  for (const std::uint32_t slot : index_.near_.at(bucket)) {
    if (layout_.is_run(slot) && slot >> layout_.run_mark() == mark) {
      note_run(slot);
    }
  }
  own_runs_ = run_count_;
}

// One slip in the head, so one at most in the tail: two bits.
void Search::scan_near(const Key& key) {
  const int width = layout_.width();
  const Four early = four(fold(signatures_[kStraight - 1], width));
  const Four straight = four(fold(signatures_[kStraight], width));
  const Four late = four(fold(signatures_[kStraight + 1], width));
  const Four mark = four(mark_of(key.key) >> layout_.run_mark());
  each_four(index_.near_.at(key.bucket), [&](Four slot, auto) {
    const Four is_run = (slot >> layout_.bits & 1) != 0;
    const Four payload = slot >> (layout_.bits + 1);
    const Four close = up_to_two(payload ^ early) | up_to_two(payload ^ late) |
                       up_to_two(payload ^ straight);
    const Four marked = slot >> layout_.run_mark() == mark;
    const Four good = (is_run & marked) | (~is_run & close);
    if (!any(good)) return;
    for (std::size_t i = 0; i < 4; ++i) {
      if (good[i] == 0) continue;
      if (is_run[i] != 0) {
        note_run(slot[i]);
      } else {
        suspect(layout_.number(slot[i]));
      }
    }
  });
}

// Scanned later, when its signatures have come from memory; at once only when
// there are very many.
void Search::note_run(std::uint32_t slot) {
  const std::uint32_t first = layout_.number(slot);
  if (first >= index_.size_) return;
  if (run_count_ == kMostRuns) {
    scan_run(first, layout_.run_count(slot), true);
    return;
  }
  __builtin_prefetch(&index_.signatures_[first]);
  const std::size_t last = std::size_t{first} + layout_.run_count(slot);
  __builtin_prefetch(&index_.signatures_[std::min(last, index_.size_ - 1)]);
  runs_[run_count_++] = slot;
}

void Search::scan_runs() {
  for (std::size_t i = 0; i < run_count_; ++i) {
    const std::uint32_t first = layout_.number(runs_[i]);
    const bool own = i < own_runs_;
    // The own ones are found again by each near key.
    const bool again =
        !own &&
        std::any_of(
            runs_.begin(),
            runs_.begin() + static_cast<std::ptrdiff_t>(own_runs_),
            [&](std::uint32_t slot) { return layout_.number(slot) == first; });
    if (!again) scan_run(first, layout_.run_count(runs_[i]), own);
  }
}

// Names whose heads may be the typed one's (`own`), so that two slips in the
// tail, four bits, are allowed; or one slip from it: then one, two bits, behind
// a tail that may have moved by one.
void Search::scan_run(std::uint32_t first, std::uint32_t count, bool own) {
  const auto end = static_cast<std::uint32_t>(
      std::min<std::size_t>(std::size_t{first} + count, index_.size_));
  const Four straight = four(signatures_[kStraight]);
  const Four early = four(signatures_[kStraight - 1]);
  const Four late = four(signatures_[kStraight + 1]);
  for (std::uint32_t number = first; number < end; number += 4) {
    Four x{};
    const std::uint32_t here = std::min(end - number, 4U);
    if (number + 4 <= index_.size_) {
      x = load_four(&index_.signatures_[number]);
    } else {
      for (std::uint32_t i = 0; i < here; ++i) {
        x[i] = index_.signatures_[number + i];
      }
    }
    const Four close =
        up_to_two(x ^ early) | up_to_two(x ^ late) |
        (own ? up_to_four(x ^ straight) : up_to_two(x ^ straight));
    if (!any(close)) continue;
    for (std::uint32_t i = 0; i < here; ++i) {
      if (close[i] != 0) suspect(number + i);
    }
  }
}

// Both slips in the head of a short name: the tail is one of the five, to the
// bit.
void Search::scan_far(const Key& key) {
  const int bits = layout_.bits;
  const std::uint32_t mark = mark_of(key.key);
  std::array<Four, kShifts> wanted;
  for (std::size_t i = 0; i < kShifts; ++i) {
    wanted[i] = four((tails_[i] ^ mark) >> bits);
  }
  each_four(index_.far_.at(key.bucket), [&](Four slot, auto) {
    const Four have = slot >> bits;
    const Four equal = (have == wanted[0]) | (have == wanted[1]) |
                       (have == wanted[2]) | (have == wanted[3]) |
                       (have == wanted[4]);
    if (!any(equal)) return;
    for (std::size_t i = 0; i < 4; ++i) {
      if (equal[i] != 0) suspect(layout_.number(slot[i]));
    }
  });
}

// Both in the head of a long one: its end is the typed one's.
void Search::scan_back(const Key& key) {
  const auto slots = index_.back_.at(key.bucket);
  const Four mark = four(mark_of(key.key) >> layout_.bits);
  const Four bag = four(bag_);
  each_four(slots, [&](Four slot, const std::uint32_t* at) {
    const auto place = static_cast<std::size_t>(at - index_.back_.slots.data());
    const Four close = up_to_four(load_four(&index_.back_bags_[place]) ^ bag) &
                       (slot >> layout_.bits == mark);
    if (!any(close)) return;
    for (std::size_t i = 0; i < 4; ++i) {
      if (close[i] != 0) suspect(layout_.number(slot[i]));
    }
  });
}

}  // namespace lostletter::lookalike
