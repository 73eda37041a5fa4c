// SPDX-License-Identifier: Apache-2.0
#include "exposure/table.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "base/large_pages.h"
#include "exposure/text_hash.h"

namespace lostletter::exposure {
namespace {

constexpr std::size_t kFirstSlots = 1 << 14;
// Address space only, until rows are there; beyond, it grows as usual.
constexpr std::size_t kMostReserved = 4'000'000;
constexpr std::size_t kUsual = 32;  // octets of a name

// Texts are made room for in such pieces.
constexpr std::size_t kPiece = std::size_t{1} << 20;

}  // namespace

Table::Table() : slots_(kFirstSlots), mask_(kFirstSlots - 1) {}

void Table::reserve(std::size_t rows, std::size_t length) {
  rows = std::min(rows, kMostReserved);
  reserve_large(rows_, rows);
  reserve_large(texts_, rows * std::min(length, kUsual) + kPiece);
  if (rows > slots_.size()) set_slots(std::bit_ceil(rows));
}

void Table::expect_row(std::uint32_t key) const {
  const Slot slot = slots_[key & mask_];
  if (may_be(slot, key)) __builtin_prefetch(&row_in(slot), 1);
}

void Table::expect_text(std::uint32_t key) const {
  const Slot slot = slots_[key & mask_];
  if (may_be(slot, key)) __builtin_prefetch(texts_.data() + row_in(slot).text);
}

char* Table::write() {
  if (texts_.size() < written_ + kMostText + kSlack) {
    texts_.resize(written_ + kPiece);
  }
  return texts_.data() + written_;
}

Row& Table::at(std::size_t length, std::uint32_t key) {
  assert(length <= kMostText);
  if (is_full()) set_slots(2 * slots_.size());
  const std::string_view text(texts_.data() + written_, length);
  std::size_t place = key & mask_;
  for (; number_in(slots_[place]) != 0; place = (place + 1) & mask_) {
    if (!may_be(slots_[place], key)) continue;
    Row& row = rows_[number_in(slots_[place]) - 1];
    if (text_of(row) == text) return row;
  }
  Row row;
  row.text = static_cast<std::uint32_t>(written_);
  row.length = length & 0xFFU;
  written_ += length;
  rows_.push_back(row);
  slots_[place] = slot_of(rows_.size(), key);
  return rows_.back();
}

void Table::note(Row& row, std::uint32_t target,
                 const std::vector<double>& shares, double probability) {
  if (row.current != target) {
    row.current = target % kMostTargets;
    row.now = 0;
  }
  if (probability <= row.now) return;
  const double share = shares[target];
  row.weight += share * (probability - row.now);
  row.now = probability;
  if (share * probability > shares[row.best] * row.likeliest) {
    row.likeliest = probability;
    row.best = target % kMostTargets;
  }
}

// Slots do not know whole keys: the texts do.
void Table::set_slots(std::size_t count) {
  slots_ = {};
  reserve_large(slots_, count);
  slots_.resize(count);
  mask_ = static_cast<std::uint32_t>(count - 1);
  for (std::size_t number = 1; number <= rows_.size(); ++number) {
    const std::uint32_t key =
        key_of(TextHash(text_of(rows_[number - 1])).value());
    std::size_t place = key & mask_;
    while (number_in(slots_[place]) != 0) place = (place + 1) & mask_;
    slots_[place] = slot_of(number, key);
  }
}

}  // namespace lostletter::exposure
