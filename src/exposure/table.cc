// SPDX-License-Identifier: Apache-2.0
#include "exposure/table.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "exposure/large_pages.h"

namespace lostletter::exposure {
namespace {

constexpr std::size_t kFirstSlots = 1 << 14;
// Address space only, until rows are there; beyond, it grows as usual.
constexpr std::size_t kMostReserved = 4'000'000;
constexpr std::size_t kUsual = 32;  // octets of a name

// Texts are made room for in such pieces.
constexpr std::size_t kPiece = std::size_t{1} << 20;

}  // namespace

Table::Table() : slots_(kFirstSlots) {}

void Table::reserve(std::size_t rows, std::size_t length) {
  rows = std::min(rows, kMostReserved);
  reserve_large(rows_, rows);
  reserve_large(texts_, rows * std::min(length, kUsual) + kPiece);
  if (rows > slots_.size()) set_slots(std::bit_ceil(rows));
}

std::uint32_t Table::expect(std::uint64_t hash) const {
  hash ^= hash >> 32;
  hash *= 0xE9846AF9B1A615DULL;
  const auto key = static_cast<std::uint32_t>(hash >> 32);
  __builtin_prefetch(&slots_[key & (slots_.size() - 1)], 1);
  return key;
}

void Table::expect_row(std::uint32_t key) const {
  const Slot& slot = slots_[key & (slots_.size() - 1)];
  if (slot.number == 0 || slot.key != key) return;
  __builtin_prefetch(&rows_[slot.number - 1], 1);
}

void Table::expect_text(std::uint32_t key) const {
  const Slot& slot = slots_[key & (slots_.size() - 1)];
  if (slot.number == 0 || slot.key != key) return;
  __builtin_prefetch(texts_.data() + rows_[slot.number - 1].text);
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
  std::size_t slot = key & (slots_.size() - 1);
  while (slots_[slot].number != 0) {
    if (slots_[slot].key == key) {
      Row& row = rows_[slots_[slot].number - 1];
      if (text_of(row) == text) return row;
    }
    slot = (slot + 1) & (slots_.size() - 1);
  }
  Row row;
  row.text = static_cast<std::uint32_t>(written_);
  row.length = length & 0xFFU;
  written_ += length;
  rows_.push_back(row);
  slots_[slot] = {key, static_cast<std::uint32_t>(rows_.size())};
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

// In the order of the old slots, so that memory is walked through once.
void Table::set_slots(std::size_t count) {
  std::vector<Slot> larger;
  reserve_large(larger, count);
  larger.resize(count);
  for (const Slot& old : slots_) {
    if (old.number == 0) continue;
    std::size_t slot = old.key & (larger.size() - 1);
    while (larger[slot].number != 0) slot = (slot + 1) & (larger.size() - 1);
    larger[slot] = old;
  }
  slots_ = std::move(larger);
}

}  // namespace lostletter::exposure
