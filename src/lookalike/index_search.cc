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

Search::Search(const Index& index, const Entry& typed,
               std::vector<std::uint32_t>& found)
    : index_(index),
      typed_(typed),
      found_(found),
      layout_{index.number_bits_} {}

void Search::run() {
  found_.clear();
  if (index_.size_ == 0) return;
  near_.count = far_.count = back_.count = whole_.count = 0;
  run_count_ = own_runs_ = 0;
  suspect_count_ = 0;
  whole_found_ = 0;
  if (!read()) return;
  collect_keys();
  choose();
  scan();
  scan_runs();
  sift();
  thin();
  finish();
}

// False when it can resemble no name.
bool Search::read() {
  const std::u32string& text = typed_.text;
  __builtin_prefetch(typed_.skeleton.data());
  if (text.size() > kLongest) return false;
  char32_t bits = 0;
  bool has_nul = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bits |= text[i];
    has_nul |= text[i] == 0;
    symbols_[i] = static_cast<char>(text[i]);
  }
  ascii_ = bits < 0x80 && !has_nul;
  for (std::size_t i = 0; !ascii_ && i < text.size(); ++i) {
    symbols_[i] = symbol(text[i]);
  }
  text_ = {symbols_.data(), text.size()};
  head_ = head_of(text_);
  sign();
  has_diagonals_ =
      ascii_ && text.size() >= kLongEnough && text.size() <= Diagonals::kMost;
  if (has_diagonals_) diagonals_.set(text_);
  return true;
}

// The whole text, and its tails that begin two characters early to two late.
void Search::sign() {
  constexpr std::size_t kFirst = kTail - kStraight;
  const std::size_t size = text_.size();
  std::uint32_t bag = 0;
  for (std::size_t at = kFirst + kShifts; at < size; ++at) {
    bag ^= character_bit(symbols_[at]);
  }
  for (std::size_t shift = kShifts; shift-- > 0;) {
    const std::size_t from = kFirst + shift;
    if (from < size) bag ^= character_bit(symbols_[from]);
    signatures_[shift] = from < size ? bag ^ gray(size - from) : 0;
  }
  for (std::size_t at = 0; at < std::min(size, kFirst); ++at) {
    bag ^= character_bit(symbols_[at]);
  }
  bag_ = bag ^ gray(size);
}

template <std::size_t most>
void Search::add_key(const Index::Table& table, std::uint32_t key,
                     Keys<most>& keys) {
  const std::size_t at = bucket(key, table.buckets);
  __builtin_prefetch(&table.starts[at * table.stride]);
  keys.keys[keys.count++] = {key, static_cast<std::uint32_t>(at), 0, {}};
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
  if (size + 2 >= kLongName && size < kVeryLongName + 2) {
    add_key(index_.back_, back_key(text_), back_);
  }
  if (size + 2 >= kVeryLongName) {
    add_key(index_.back_, long_back_key(text_), back_);
  }
  collect_whole_keys();
}

// Two slips, both in the head of a name that may be two longer or shorter.
void Search::collect_far_keys() {
  for (std::size_t i = 0; i < kShifts; ++i) {
    const std::size_t from = std::min(kTail - kStraight + i, text_.size());
    tails_[i] = tail_hash(text_.substr(from));
  }
  const std::size_t buckets = index_.far_.buckets;
  const std::uint32_t* const starts = index_.far_.starts.data();
  Key* to = far_.keys.data();
  const auto add = [&](const auto& shorter, const auto& key_of) {
    for (const std::uint64_t two : shorter) {
      const std::uint32_t key = key_of(two);
      const std::size_t at = bucket(key, buckets);
      __builtin_prefetch(starts + 2 * at);
      *to++ = {key, static_cast<std::uint32_t>(at), 0, {}};
    }
  };
  if (text_.size() < kMiddling + 2) add(two_less<kTail>(text_), short_key);
  if (text_.size() + 2 >= kMiddling) {
    const std::uint64_t end = far_end(text_);
    add(two_less<kHead>(text_),
        [&](std::uint64_t two) { return middling_key(two, end); });
  }
  far_.count = static_cast<std::size_t>(to - far_.keys.data());
}

void Search::collect_whole_keys() {
  const auto add = [&](std::uint32_t key) {
    const std::size_t at = bucket(key, index_.whole_.buckets());
    __builtin_prefetch(&index_.whole_filters_[at]);
    whole_.keys[whole_.count++] = {key, static_cast<std::uint32_t>(at), 0, {}};
  };
  const std::string& skeleton = typed_.skeleton;
  std::array<char, kLongest> usual;
  std::string large;
  char* room = usual.data();
  if (skeleton.size() > usual.size()) {
    large.resize(skeleton.size());
    room = large.data();
  }
  add(whole_key(kAsText, readable_skeleton(skeleton, room)));
  add(whole_key(kAsParent, text_));
  if (const auto s = stem(typed_); !s.empty()) {
    add(whole_key(kAsStem, text_.substr(0, s.size())));
  }
}

// Most names are found by several keys. Keeps one of each but for a few:
// verify() cannot be wrong, only slow.
void Search::sift() {
  constexpr std::size_t kPlaces = 128;
  std::array<std::uint16_t, kPlaces> last{};  // of these low bits, where kept
  const std::size_t names = index_.size_;
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < suspect_count_; ++i) {
    const std::uint32_t number = suspects_[i];
    std::uint16_t& place = last[number % kPlaces];
    const bool is_new = (place >= kept || suspects_[place] != number) &&
                        number < names;  // or it is damaged
    suspects_[kept] = number;
    place = static_cast<std::uint16_t>(is_new ? kept : place);
    kept += is_new ? 1U : 0U;
  }
  suspect_count_ = kept;
}

// What of a long name's cell says that it may be right.
bool Search::may_be(const Cell& cell) const {
  const Cell::Long name = cell.as_long();
  // Two slips change four bits of a whole name's signature at most.
  std::uint32_t x = name.bag ^ bag_;
  for (int bit = 0; bit < 4; ++bit) x &= x - 1;
  return !cell.is_long() || x == 0;
}

void Search::thin() {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < suspect_count_; ++i) {
    const std::uint32_t number = suspects_[i];
    suspects_[kept] = number;
    kept += may_be(index_.cells_[number]) ? 1U : 0U;
  }
  suspect_count_ = kept;
  const auto ask_text = [&](std::uint32_t number) {
    const Cell& cell = index_.cells_[number];
    if (!cell.is_long()) return;
    const auto text = index_.text_of(cell.as_long());
    if (text.empty()) return;
    __builtin_prefetch(&text.front());
    __builtin_prefetch(&text.back());
  };
  for (std::uint32_t i = 0; i < kept; ++i) ask_text(suspects_[i]);
  for (const std::uint32_t number : found_) ask_text(number);
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

// Is it a candidate, as the keys of whole names find them?
bool Search::is_right_as_whole(std::uint32_t number) const {
  if (!ascii_ || !index_.is_plain(number)) {
    return is_candidate(index_.entry(number), typed_);
  }
  const auto name = index_.ascii(number);
  const int most = most_slips(std::min(name.size(), text_.size()));
  return is_within_slips(name, text_, most) || is_relative(number) ||
         skeleton_of(name) == typed_.skeleton;
}

// May all that diagonals read of a long name be read?
bool Search::can_be_read(std::string_view name) const {
  const std::string_view text = index_.text_;
  return name.size() >= kLongEnough && name.size() <= Diagonals::kMost &&
         text.data() + text.size() - name.data() >=
             std::ptrdiff_t{2 * Diagonals::kRead};
}

// As keys of heads and ends find them.
bool Search::is_right(std::uint32_t number) const {
  const Cell& cell = index_.cells_[number];
  if (has_diagonals_ && !cell.is_long()) {
    const std::size_t size = cell.short_size();
    if (size >= kLongEnough) {
      return diagonals_.are_within_two(cell.bytes.data(), size);
    }
  }
  if (!ascii_ || !index_.is_plain(number)) {
    return is_candidate(index_.entry(number), typed_);
  }
  const auto name = index_.ascii(number);
  if (has_diagonals_ && can_be_read(name)) {
    return diagonals_.are_within_two(name.data(), name.size());
  }
  const int most = most_slips(std::min(name.size(), text_.size()));
  return is_within_slips(name, text_, most);
}

// Adds those that are right to what is found.
void Search::verify() {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < suspect_count_; ++i) {
    const std::uint32_t number = suspects_[i];
    suspects_[kept] = number;
    kept += is_right(number) ? 1U : 0U;
  }
  found_.insert(found_.end(), suspects_.data(), suspects_.data() + kept);
  suspect_count_ = 0;
}

void Search::drain() {
  sift();
  thin();
  verify();
}

void Search::finish() {
  std::vector<std::uint32_t>& found = found_;
  const auto wholes = found.begin() + static_cast<std::ptrdiff_t>(whole_found_);
  found.erase(std::remove_if(found.begin(), wholes,
                             [&](std::uint32_t number) {
                               return !is_right_as_whole(number);
                             }),
              wholes);
  verify();
  if (found.size() < 2) return;
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
}

void Index::candidates(const Entry& typed,
                       std::vector<std::uint32_t>& found) const {
  Search(*this, typed, found).run();
}

}  // namespace lostletter::lookalike
