// SPDX-License-Identifier: Apache-2.0
//
// Index::candidates. All keys of a question are computed first and their
// buckets asked for at once, so that the memory's latency is paid once, not
// thirty times; then signatures tell nearly all names that only share a key
// from those that are compared.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "lookalike/distance.h"
#include "lookalike/index.h"
#include "lookalike/index_keys.h"

namespace lostletter::lookalike {

using namespace keys;

namespace {

// A name has 253 characters at most; more of them can look like one (rn, m).
constexpr std::size_t kLongest = 512;

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

// Calls use(four slots) until all are used. What is behind the last one may be
// used, too: it is as good as anything that shares a bucket.
template <typename Use>
void each_four(std::span<const std::uint32_t> slots, const Use& use) {
  const std::uint32_t* const end = slots.data() + slots.size();
  for (const std::uint32_t* at = slots.data(); at < end; at += 4) {
    use(load_four(at));
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

}  // namespace

class Search {
 public:
  Search(const Index& index, const Entry& typed,
         std::vector<std::uint32_t>& found)
      : index_(index),
        typed_(typed),
        layout_{index.number_bits_},
        found_(found) {}

  void run() {
    found_.clear();
    if (index_.size_ == 0 || !read()) return;
    collect_keys();
    drop_far_keys();
    prefetch_slots();
    scan_near();
    scan_far();
    scan_runs();
    drop_unlike();
    scan_whole();
    finish();
  }

 private:
  // A deletion or an insertion in the head moves the tail by one each.
  static constexpr std::size_t kShifts = 5;
  static constexpr std::size_t kStraight = 2;  // the shift that is none

  bool read();
  void collect_keys();
  void add_key(const Index::Table& table, std::uint32_t key);
  void add_far_keys();
  const Index::Table& table(std::size_t key) const {
    if (key < near_end_) return index_.near_;
    return key < far_end_ ? index_.far_ : index_.whole_;
  }
  std::span<const std::uint32_t> slots(std::size_t key) const {
    return table(key).at(keys_[key].bucket);
  }
  // Most far keys are nobody's, as their buckets' filters say.
  void drop_far_keys() {
    std::size_t kept = near_end_;
    for (std::size_t i = near_end_; i < far_end_; ++i) {
      const auto [key, bucket] = keys_[i];
      keys_[kept] = keys_[i];
      kept += (index_.far_.starts[2 * bucket + 1] & bloom_bit(key)) != 0;
    }
    for (std::size_t i = far_end_; i < count_; ++i) {
      keys_[i - far_end_ + kept] = keys_[i];
    }
    count_ -= far_end_ - kept;
    far_end_ = kept;
  }

  // Inline: GCC takes a function that only prefetches for one without effect,
  // and leaves its calls out.
  [[gnu::always_inline]] void prefetch_slots() const {
    for (std::size_t i = 0; i < count_; ++i) {
      const auto found = slots(i);
      if (found.empty()) continue;
      __builtin_prefetch(&found.front());
      __builtin_prefetch(&found.back());
    }
  }

  void scan_near();
  void scan_near_bucket(std::size_t key);
  void note_run(std::uint32_t slot);
  void scan_runs();
  void scan_run(std::uint32_t first, std::uint32_t count, bool own);
  void scan_far();
  void drop_unlike();
  void scan_whole();
  void finish();

  void suspect(std::uint32_t number);
  bool is_within(std::uint32_t number) const;
  bool is_relative(std::uint32_t number) const;
  bool is_right(std::uint32_t number, bool as_whole) const;

  const Index& index_;
  const Entry& typed_;
  Layout layout_;
  std::vector<std::uint32_t>& found_;

  bool ascii_ = true;
  std::array<char, kLongest + 8> symbols_;
  Symbols text_;
  std::array<std::uint32_t, kShifts> signatures_{};
  std::array<std::uint32_t, kShifts> tails_{};
  std::uint32_t bag_ = 0;
  std::uint64_t head_ = 0;
  OneLess one_less_{};

  // A key, and its bucket. Near ones first (that of
  // the whole head before the others), then far ones, then whole ones.
  struct Key {
    std::uint32_t key;
    std::size_t bucket;
  };
  std::array<Key, 7 + 3 * std::tuple_size_v<TwoLess> + 3> keys_;
  std::size_t count_ = 0;
  std::size_t near_end_ = 0;
  std::size_t far_end_ = 0;
  std::array<std::uint64_t, 4> seen_{};  // a bit for each number's low bits
  // Slots of the near table that stand for several names; those with the typed
  // one's head first.
  static constexpr std::size_t kMostRuns = 256;
  std::array<std::uint32_t, kMostRuns> runs_;
  std::size_t run_count_ = 0;
  std::size_t own_runs_ = 0;
  std::size_t whole_begin_ = 0;  // in found_: what whole keys found
};

// False when it can resemble no name.
bool Search::read() {
  const std::u32string& text = typed_.text;
  if (text.size() > kLongest) return false;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    symbols_[i] = symbol(text[i]);
    bits |= text[i];
  }
  ascii_ = bits < 0x80;
  text_ = {symbols_.data(), text.size()};
  head_ = head_of(text_);
  bag_ = signature_of(text_);
  one_less_ = one_less(head_);
  // The tails that begin two characters early to two late.
  std::uint32_t bag = 0;
  std::uint32_t hash = kEmptyTail;
  constexpr std::size_t kFirst = kTail - kStraight;
  signatures_.fill(0);
  tails_.fill(kEmptyTail);
  for (std::size_t i = text.size(); i > kFirst; --i) {
    bag ^= character_bit(text_[i - 1]);
    hash = add_to_tail(hash, text_[i - 1]);
    const std::size_t shift = i - 1 - kFirst;
    if (shift < kShifts) {
      signatures_[shift] = bag ^ gray(text.size() - (i - 1));
      tails_[shift] = hash;
    }
  }
  return true;
}

void Search::add_key(const Index::Table& table, std::uint32_t key) {
  const std::size_t at = bucket(key, table.buckets());
  __builtin_prefetch(&table.starts[at * table.stride]);
  keys_[count_++] = {key, at};
}

// Most names are found by several keys. While there are few of them they are
// kept once; when there are many, sorting tells in the end.
void Search::suspect(std::uint32_t number) {
  constexpr std::size_t kFew = 64;
  if (number >= index_.size_) return;
  std::uint64_t& word = seen_[number >> 6 & 3];
  const std::uint64_t bit = std::uint64_t{1} << (number & 63);
  if ((word & bit) != 0 && found_.size() < kFew &&
      std::ranges::find(found_, number) != found_.end()) {
    return;
  }
  word |= bit;
  __builtin_prefetch(&index_.bags_[number]);
  found_.push_back(number);
}

void Search::collect_keys() {
  add_key(index_.near_, head_key(head_));
  for (std::size_t i = 0; i < kHead; ++i) {
    // Two equal neighbours: without the one is without the other.
    if (i > 0 && one_less_[i] == one_less_[i - 1]) continue;
    add_key(index_.near_, near_key(one_less_[i]));
  }
  near_end_ = count_;
  if (most_slips(text_.size()) == 2) add_far_keys();
  far_end_ = count_;
  add_key(index_.whole_,
          whole_key(kAsText, readable_skeleton(typed_.skeleton)));
  add_key(index_.whole_, whole_key(kAsParent, text_));
  if (const auto s = stem(typed_); !s.empty()) {
    add_key(index_.whole_, whole_key(kAsStem, text_.substr(0, s.size())));
  }
}

void Search::add_far_keys() {
  const TwoLess shorter = two_less(head_);
  std::size_t last = text_.size();  // no end has this size
  for (std::size_t length = text_.size() - 2; length <= text_.size() + 2;
       ++length) {
    const std::size_t size = end_size(length);
    if (length < kLongEnough || size == last || size > text_.size()) continue;
    last = size;
    const std::uint64_t end = end_of(text_, size);
    for (const auto two : shorter) add_key(index_.far_, far_key(two, end));
  }
}

void Search::scan_near() {
  const auto [key, bucket] = keys_[0];
  const std::uint32_t mark = mark_of(key) >> layout_.run_mark();
  for (const std::uint32_t slot : index_.near_.at(bucket)) {
    if (layout_.is_run(slot) && slot >> layout_.run_mark() == mark) {
      note_run(slot);
    }
  }
  own_runs_ = run_count_;
  for (std::size_t i = 1; i < near_end_; ++i) scan_near_bucket(i);
}

// One slip in the head, so one at most in the tail: two bits.
void Search::scan_near_bucket(std::size_t key) {
  const int width = layout_.width();
  const Four early = four(fold(signatures_[kStraight - 1], width));
  const Four straight = four(fold(signatures_[kStraight], width));
  const Four late = four(fold(signatures_[kStraight + 1], width));
  const Four mark = four(mark_of(keys_[key].key) >> layout_.run_mark());
  each_four(slots(key), [&](Four slot) {
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

// Both slips in the head: the tail is one of the five, to the bit.
void Search::scan_far() {
  const int bits = layout_.bits;
  for (std::size_t i = near_end_; i < far_end_; ++i) {
    const auto found = slots(i);
    const std::uint32_t mark = mark_of(keys_[i].key);
    std::array<Four, kShifts> wanted;
    for (std::size_t k = 0; k < kShifts; ++k) {
      wanted[k] = four((tails_[k] ^ mark) >> bits);
    }
    each_four(found, [&](Four slot) {
      const Four have = slot >> bits;
      const Four equal = (have == wanted[0]) | (have == wanted[1]) |
                         (have == wanted[2]) | (have == wanted[3]) |
                         (have == wanted[4]);
      if (!any(equal)) return;
      for (std::size_t k = 0; k < 4; ++k) {
        if (equal[k] != 0) suspect(layout_.number(slot[k]));
      }
    });
  }
}

// Two slips change four bits of a whole name's signature at most.
void Search::drop_unlike() {
  std::erase_if(found_, [&](std::uint32_t number) {
    std::uint32_t x = index_.bags_[number] ^ bag_;
    for (int i = 0; i < 4; ++i) x &= x - 1;
    return x != 0;
  });
}

void Search::scan_whole() {
  whole_begin_ = found_.size();
  for (std::size_t i = far_end_; i < count_; ++i) {
    const std::uint32_t mark = mark_of(keys_[i].key) >> layout_.bits;
    for (const std::uint32_t slot : slots(i)) {
      const std::uint32_t number = layout_.number(slot);
      if (slot >> layout_.bits == mark && number < index_.size_) {
        found_.push_back(number);
      }
    }
  }
}

bool Search::is_within(std::uint32_t number) const {
  const auto name = index_.ascii(number);
  const int most = most_slips(std::min(name.size(), text_.size()));
  return is_within_slips(name, text_, most);
}

// A parent, or a name behind the same stem.
bool Search::is_relative(std::uint32_t number) const {
  const auto name = index_.ascii(number);
  const std::size_t suffix = index_.suffix(number);
  const auto dot = name.find('.');
  if (dot != name.npos && dot + 1 < suffix && name.substr(dot + 1) == text_) {
    return true;
  }
  return suffix >= 2 && suffix < name.size() && !stem(typed_).empty() &&
         name.substr(0, suffix) == text_.substr(0, typed_.suffix);
}

// Is it a candidate? `as_whole`: found by a key of the whole name.
bool Search::is_right(std::uint32_t number, bool as_whole) const {
  if (!ascii_ || !index_.is_plain(number)) {
    return is_candidate(index_.entry(number), typed_);
  }
  if (is_within(number)) return true;
  return as_whole && (is_relative(number) ||
                      skeleton_of(index_.ascii(number)) == typed_.skeleton);
}

void Search::finish() {
  for (const std::uint32_t number : found_) {
    __builtin_prefetch(&index_.ends_[number]);
  }
  for (const std::uint32_t number : found_) {
    const std::size_t at = number == 0 ? 0 : index_.ends_[number - 1];
    if (at < index_.text_.size()) __builtin_prefetch(&index_.text_[at]);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < found_.size(); ++i) {
    if (is_right(found_[i], i >= whole_begin_)) found_[kept++] = found_[i];
  }
  found_.resize(kept);
  std::ranges::sort(found_);
  const auto repeated = std::ranges::unique(found_);
  found_.erase(repeated.begin(), repeated.end());
}

void Index::candidates(const Entry& typed,
                       std::vector<std::uint32_t>& found) const {
  Search(*this, typed, found).run();
}

}  // namespace lostletter::lookalike
