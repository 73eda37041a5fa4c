// SPDX-License-Identifier: Apache-2.0
//
// Slots in buckets of which each is one line of a cache: one look at memory
// says whether a name is known, where a list of starts would cost a second. The
// few slots that do not fit into their line stand elsewhere; the line's last
// word says where.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "lookalike/four.h"

namespace lostletter::lookalike {

class Lines {
 public:
  static constexpr std::size_t kWords = 16;         // of a line
  static constexpr std::size_t kRoom = kWords - 1;  // of them for slots
  // Where there is no slot. No name has its number.
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // `rests` has for each bucket that is too full how many do not fit, and
  // these; before all one word that is no bucket's. False when the two cannot
  // belong together.
  bool set(std::span<const std::uint32_t> lines,
           std::span<const std::uint32_t> rests) {
    lines_ = lines;
    rests_ = rests;
    return buckets() > 0 && lines.size() % kWords == 0 && !rests.empty();
  }

  std::size_t buckets() const { return lines_.size() / kWords; }

  // Inline: GCC takes a function that only prefetches for one without effect,
  // and leaves its calls out.
  [[gnu::always_inline]] void prefetch(std::size_t bucket) const {
    __builtin_prefetch(line(bucket));
  }

  // Calls use(slot) for each slot of the bucket whose bits from `low` on are
  // the mark's, and perhaps for words that are no slots.
  template <typename Use>
  void each_marked(std::size_t bucket, std::uint32_t mark, int low,
                   const Use& use) const {
    const std::uint32_t* const words = line(bucket);
    const Four wanted = four(mark >> low);
    const auto equal = [&](std::size_t at) {
      return std::bit_cast<Four>((load_four(words + at) >> low) == wanted);
    };
    each_of_sixteen(lanes_of(equal(0), equal(4), equal(8), equal(12)),
                    [&](std::size_t lane) { use(words[lane]); });
    if (words[kRoom] == 0) return;
    for (const std::uint32_t slot : rest(words[kRoom])) {
      if (slot >> low == mark >> low) use(slot);
    }
  }

 private:
  const std::uint32_t* line(std::size_t bucket) const {
    return lines_.data() + bucket * kWords;
  }
  std::span<const std::uint32_t> rest(std::size_t begin) const {
    const std::size_t all = rests_.size();
    if (begin >= all || rests_[begin] >= all - begin) return {};  // damaged
    return rests_.subspan(begin + 1, rests_[begin]);
  }

  std::span<const std::uint32_t> lines_;
  std::span<const std::uint32_t> rests_;
};

}  // namespace lostletter::lookalike
