// SPDX-License-Identifier: Apache-2.0
//
// The slots of a question's buckets: signatures tell nearly all names that only
// share a key from those that are compared.
#include <algorithm>
#include <cstring>

#include "lookalike/four.h"
#include "lookalike/index_search.h"

namespace lostletter::lookalike {

using keys::bloom_bits;
using keys::fold;
using keys::large_bloom_bits;
using keys::mark_of;

namespace {

bool has_up_to_two(std::uint32_t x) {
  x &= x - 1;
  return (x & (x - 1)) == 0;
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

// Where the slots of each key are; asks memory for them.
template <std::size_t most>
void Search::look(const Index::Table& table, Keys<most>& keys) {
  for (std::size_t i = 0; i < keys.count; ++i) {
    Key& one = keys.keys[i];
    const auto slots = table.at(one.bucket);
    one.first = slots.data();
    one.count = static_cast<std::uint32_t>(slots.size());
    prefetch(slots);
  }
}

// Of the keys those that somebody may have.
template <std::size_t most, typename May>
void Search::keep(Keys<most>& keys, const May& may_have) {
  std::size_t kept = 0;
  for (const Key& one : keys) {
    keys.keys[kept].key = one.key;
    keys.keys[kept].bucket = one.bucket;
    kept += may_have(one) ? 1U : 0U;
  }
  keys.count = kept;
}

// Most keys of the filtered tables are nobody's.
void Search::choose() {
  look(index_.near_, near_);
  look(index_.back_, back_);
  for (const Key& one : back_) {
    if (one.count == 0) continue;
    const auto at = one.first - index_.back_.slots.data();
    prefetch(
        index_.back_bags_.subspan(static_cast<std::size_t>(at), one.count));
  }
  keep(far_, [&](const Key& one) {
    const std::uint32_t bits = bloom_bits(one.key);
    return (index_.far_.filter(one.bucket) & bits) == bits;
  });
  look(index_.far_, far_);
  keep(whole_, [&](const Key& one) {
    const std::uint64_t bits = large_bloom_bits(one.key);
    return (index_.whole_filters_[one.bucket] & bits) == bits;
  });
  for (const Key& one : whole_) index_.whole_.prefetch(one.bucket);
}

void Search::scan() {
  scan_own();
  scan_near();
  scan_whole();
  scan_far();
  for (const Key& one : back_) scan_back(one);
}

// Calls use(four slots, where they begin) until all are used, with room for as
// many suspects. What is behind the last slot may be used, too: it is as good
// as anything that shares a bucket.
template <typename Use>
void Search::each_four(std::span<const std::uint32_t> slots, const Use& use) {
  while (!slots.empty()) {
    constexpr std::size_t kMostAtOnce = kMostSuspects / 2;
    if (suspect_count_ + kMostAtOnce > kMostSuspects) drain();
    const auto some = slots.first(std::min(slots.size(), kMostAtOnce));
    for (const std::uint32_t* at = slots.data(); at < some.data() + some.size();
         at += 4) {
      use(load_four(at), at);
    }
    slots = slots.subspan(some.size());
  }
}

void Search::scan_whole() {
  const auto note = [&](std::uint32_t slot) {
    const std::uint32_t number = layout_.number(slot);
    if (number >= index_.size_) return;
    __builtin_prefetch(&index_.cells_[number]);
    found_.push_back(number);
  };
  for (const Key& one : whole_) {
    index_.whole_.each_marked(one.bucket, mark_of(one.key), layout_.bits, note);
  }
  whole_found_ = found_.size();
}

void Search::scan_own() {
  if (near_.count == 0) return;
  const Key& head = near_.keys[0];
  const std::uint32_t mark = mark_of(head.key) >> layout_.run_mark();
  for (const std::uint32_t slot : head.slots()) {
    if (layout_.is_run(slot) && slot >> layout_.run_mark() == mark) {
      note_run(slot);
    }
  }
  own_runs_ = run_count_;
}

void Search::scan_near() {
  for (std::size_t i = 0; i < folded_.size(); ++i) {
    folded_[i] = fold(signatures_[kStraight - 1 + i], layout_.width());
  }
  const int top = layout_.near_mark();
  for (std::size_t i = 1; i < near_.count; ++i) {
    const Key& key = near_.keys[i];
    const std::uint32_t mark = mark_of(key.key);
    each_four(key.slots(), [&](Four slot, auto) {
      const Four marked = (slot ^ mark) >> top == 0;
      each_lane(lanes_of(marked),
                [&](std::size_t lane) { suspect_near(slot[lane], mark); });
    });
  }
}

// One slip in the head, so one at most in the tail: two bits.
void Search::suspect_near(std::uint32_t slot, std::uint32_t mark) {
  if (layout_.is_run(slot)) {
    if ((slot ^ mark) >> layout_.run_mark() == 0) note_run(slot);
    return;
  }
  const std::uint32_t folded = layout_.payload(slot ^ mark);
  const bool close = has_up_to_two(folded ^ folded_[0]) ||
                     has_up_to_two(folded ^ folded_[1]) ||
                     has_up_to_two(folded ^ folded_[2]);
  if (close) suspect(layout_.number(slot));
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
  if (run_count_ == 0) return;
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
  if (suspect_count_ + count + 4 > kMostSuspects) drain();
  const Four own_lanes = four(own ? ~std::uint32_t{0} : 0);
  constexpr Four kLanes = {0, 1, 2, 3};
  for (std::uint32_t number = first; number < end; number += 4) {
    Four x{};
    if (number + 4 <= index_.size_) {
      x = load_four(&index_.signatures_[number]);
    } else {
      for (std::uint32_t i = 0; number + i < end; ++i) {
        x[i] = index_.signatures_[number + i];
      }
    }
    const Four close = up_to_two(x ^ early) | up_to_two(x ^ late) |
                       up_to_two(x ^ straight) |
                       (own_lanes & up_to_four(x ^ straight));
    each_lane(lanes_of(close & (number + kLanes < end)), [&](std::size_t lane) {
      suspect(number + static_cast<std::uint32_t>(lane));
    });
  }
}

// Both slips in the head of a short name: the tail is one of the five, to the
// bit.
void Search::scan_far() {
  const int bits = layout_.bits;
  std::array<Four, kShifts> wanted;
  for (std::size_t i = 0; i < kShifts; ++i) wanted[i] = four(tails_[i] >> bits);
  for (const Key& key : far_) {
    const Four mark = four(mark_of(key.key));
    each_four(key.slots(), [&](Four slot, auto) {
      const Four have = (slot ^ mark) >> bits;
      const Four equal = (have == wanted[0]) | (have == wanted[1]) |
                         (have == wanted[2]) | (have == wanted[3]) |
                         (have == wanted[4]);
      each_lane(lanes_of(equal),
                [&](std::size_t lane) { suspect(layout_.number(slot[lane])); });
    });
  }
}

// Both in the head of a long one: its end is the typed one's.
void Search::scan_back(const Key& key) {
  const Four mark = four(mark_of(key.key) >> layout_.bits);
  const Four bag = four(bag_);
  each_four(key.slots(), [&](Four slot, const std::uint32_t* at) {
    const auto place = static_cast<std::size_t>(at - index_.back_.slots.data());
    const Four close = up_to_four(load_four(&index_.back_bags_[place]) ^ bag) &
                       (slot >> layout_.bits == mark);
    each_lane(lanes_of(close),
              [&](std::size_t lane) { suspect(layout_.number(slot[lane])); });
  });
}

}  // namespace lostletter::lookalike
