// SPDX-License-Identifier: Apache-2.0
#include "exposure/table.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include <sys/mman.h>

namespace lostletter::exposure {
namespace {

constexpr std::size_t kFirstSlots = 1 << 14;
// Address space only, until rows are there; beyond, it grows as usual.
constexpr std::size_t kMostReserved = 4'000'000;
constexpr std::size_t kUsual = 32;  // octets of a name

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 32;
  value *= 0xE9846AF9B1A615DULL;
  return value ^ (value >> 29);
}

// Eight bytes at a time; equal texts are compared byte by byte all the same.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = text.size() * 0x9E3779B97F4A7C15ULL;
  while (text.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    hash = mix(hash ^ word);
    text.remove_prefix(8);
  }
  std::uint64_t word = 0;
  std::memcpy(&word, text.data(), text.size());
  return mix(hash ^ word);
}

// Pages of two megabytes, where the system has them: first touches of small
// ones took a third of the time. A piece of advice, whose refusal changes
// nothing.
void advise_large(void* begin, std::size_t size) {
  constexpr std::size_t kPage = std::size_t{2} << 20;
  const std::size_t skipped =
      (kPage - reinterpret_cast<std::uintptr_t>(begin) % kPage) % kPage;
  if (size < skipped + kPage) return;
  (void)::madvise(static_cast<char*>(begin) + skipped,
                  (size - skipped) / kPage * kPage, MADV_HUGEPAGE);
}

}  // namespace

Table::Table() : slots_(kFirstSlots) {}

void Table::reserve(std::size_t rows, std::size_t length) {
  rows_.reserve(std::min(rows, kMostReserved));
  texts_.reserve(std::min(rows, kMostReserved) * std::min(length, kUsual));
  advise_large(rows_.data(), rows_.capacity() * sizeof(Row));
  advise_large(texts_.data(), texts_.capacity());
}

std::uint32_t Table::expect(std::string_view text) const {
  const auto hash = static_cast<std::uint32_t>(hash_of(text));
  __builtin_prefetch(&slots_[hash & (slots_.size() - 1)], 1);
  return hash;
}

void Table::expect_row(std::uint32_t hash) const {
  const Slot& slot = slots_[hash & (slots_.size() - 1)];
  if (slot.number == 0 || slot.hash != hash) return;
  __builtin_prefetch(&rows_[slot.number - 1], 1);
}

Row& Table::at(std::string_view text, std::uint32_t hash) {
  assert(text.size() <= 253);
  if (2 * rows_.size() >= slots_.size()) grow();
  std::size_t slot = hash & (slots_.size() - 1);
  while (slots_[slot].number != 0) {
    if (slots_[slot].hash == hash) {
      Row& row = rows_[slots_[slot].number - 1];
      if (text_of(row) == text) return row;
    }
    slot = (slot + 1) & (slots_.size() - 1);
  }
  Row row;
  row.text = static_cast<std::uint32_t>(texts_.size());
  row.length = static_cast<std::uint8_t>(text.size());
  texts_ += text;
  rows_.push_back(row);
  slots_[slot] = {hash, static_cast<std::uint32_t>(rows_.size())};
  return rows_.back();
}

void Table::note(Row& row, std::uint16_t target, double share,
                 double probability) {
  if (row.current != target) {
    row.current = target;
    row.now = 0;
  }
  if (probability <= row.now) return;
  row.weight += share * (probability - row.now);
  row.now = probability;
  if (share * probability > row.most) {
    row.most = share * probability;
    row.likeliest = probability;
    row.best = target;
  }
}

// In the order of the old slots, so that memory is walked through once.
void Table::grow() {
  std::vector<Slot> larger;
  larger.reserve(4 * slots_.size());
  advise_large(larger.data(), larger.capacity() * sizeof(Slot));
  larger.resize(4 * slots_.size());
  for (const Slot& old : slots_) {
    if (old.number == 0) continue;
    std::size_t slot = old.hash & (larger.size() - 1);
    while (larger[slot].number != 0) slot = (slot + 1) & (larger.size() - 1);
    larger[slot] = old;
  }
  slots_ = std::move(larger);
}

}  // namespace lostletter::exposure
