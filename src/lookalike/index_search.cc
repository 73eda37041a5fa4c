// SPDX-License-Identifier: Apache-2.0
//
// Index::candidates, but for the scanning of slots (index_scan.cc): the keys of
// a question, and the comparison of what they found.
#include "lookalike/index_search.h"

#include <algorithm>
#include <utility>

#include "lookalike/distance.h"

namespace lostletter::lookalike {

using namespace keys;

namespace {

bool has_rn(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == 'n' && text[i - 1] == 'r') return true;
  }
  return false;
}

}  // namespace

void Search::run() {
  found_.clear();
  if (index_.size_ == 0 || !read()) return;
  collect_keys();
  choose();
  scan();
  thin();
  finish();
}

// False when it can resemble no name.
bool Search::read() {
  const std::u32string& text = typed_.text;
  if (text.size() > kLongest) return false;
  char32_t bits = 0;
  bool has_nul = false;
  for (const char32_t c : text) {
    bits |= c;
    has_nul |= c == 0;
  }
  ascii_ = bits < 0x80 && !has_nul;
  for (std::size_t i = 0; i < text.size(); ++i) {
    symbols_[i] = ascii_ ? static_cast<char>(text[i]) : symbol(text[i]);
  }
  text_ = {symbols_.data(), text.size()};
  head_ = head_of(text_);
  // The tails that begin two characters early to two late.
  constexpr std::size_t kFirst = kTail - kStraight;
  std::uint32_t bag = 0;
  std::size_t at = text_.size();
  for (; at > kFirst + kShifts; --at) bag ^= character_bit(text_[at - 1]);
  for (std::size_t shift = kShifts; shift-- > 0;) {
    const std::size_t from = kFirst + shift;
    if (from < at) bag ^= character_bit(text_[--at]);
    const std::size_t size = text_.size() - std::min(text_.size(), from);
    signatures_[shift] = size == 0 ? 0 : bag ^ gray(size);
    tails_[shift] = tail_hash(text_.substr(text_.size() - size));
  }
  for (; at > 0; --at) bag ^= character_bit(text_[at - 1]);
  bag_ = bag ^ gray(text_.size());
  return true;
}

template <std::size_t most>
void Search::add_key(const Index::Table& table, std::uint32_t key,
                     Keys<most>& keys) {
  const std::size_t at = bucket(key, table.buckets());
  __builtin_prefetch(&table.starts[at * table.stride]);
  keys.keys[keys.count++] = {key, static_cast<std::uint32_t>(at)};
}

void Search::collect_keys() {
  const OneLess shorter = one_less(head_);
  add_key(index_.near_, head_key(head_), near_);
  for (std::size_t i = 0; i < kHead; ++i) {
    // Two equal neighbours: without the one is without the other.
    if (i > 0 && shorter[i] == shorter[i - 1]) continue;
    add_key(index_.near_, near_key(shorter[i]), near_);
  }
  const std::size_t size = text_.size();
  if (size >= kLongEnough && size < kLongName + 2) collect_far_keys();
  if (size + 2 >= kLongName) add_key(index_.back_, back_key(text_), back_);
  collect_whole_keys();
}

// Two slips, both in the head of a name that may be two longer or shorter.
void Search::collect_far_keys() {
  if (text_.size() < kMiddling + 2) {
    for (const auto two : two_less<kTail>(text_)) {
      add_key(index_.far_, short_key(two), far_);
    }
  }
  if (text_.size() + 2 >= kMiddling) {
    const std::uint64_t end = far_end(text_);
    for (const auto two : two_less<kHead>(text_)) {
      add_key(index_.far_, middling_key(two, end), far_);
    }
  }
}

void Search::collect_whole_keys() {
  const Index::Table& table = index_.whole_;
  const std::string& skeleton = typed_.skeleton;
  add_key(table,
          has_rn(skeleton) ? whole_key(kAsText, readable_skeleton(skeleton))
                           : whole_key(kAsText, skeleton),
          whole_);
  add_key(table, whole_key(kAsParent, text_), whole_);
  if (const auto s = stem(typed_); !s.empty()) {
    add_key(table, whole_key(kAsStem, text_.substr(0, s.size())), whole_);
  }
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
  __builtin_prefetch(&index_.cards_[number]);
  found_.push_back(number);
}

void Search::thin() {
  scan_runs();
  drop_unlike();
  scan_whole();
  const std::string_view text = index_.text_;
  for (const std::uint32_t number : found_) {
    const std::size_t at = number == 0 ? 0 : index_.cards_[number - 1].end();
    if (at < text.size()) __builtin_prefetch(&text[at]);
  }
}

// Two slips change four bits of a whole name's signature at most.
void Search::drop_unlike() {
  std::erase_if(found_, [&](std::uint32_t number) {
    std::uint32_t x = index_.cards_[number].bag ^ bag_;
    for (int i = 0; i < 4; ++i) x &= x - 1;
    return x != 0;
  });
}

void Search::scan_whole() {
  whole_begin_ = found_.size();
  for (const auto& [key, bucket] : whole_) {
    const std::uint32_t mark = mark_of(key) >> layout_.bits;
    for (const std::uint32_t slot : index_.whole_.at(bucket)) {
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
  std::size_t kept = 0;
  for (std::size_t i = 0; i < found_.size(); ++i) {
    const std::uint32_t number = found_[i];
    if (is_right(number, i >= whole_begin_)) found_[kept++] = number;
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
