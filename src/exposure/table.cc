// SPDX-License-Identifier: Apache-2.0
#include "exposure/table.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace lostletter::exposure {
namespace {

constexpr std::size_t kFirstSlots = 1 << 12;

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

}  // namespace

Table::Table() : slots_(kFirstSlots) {}

Row& Table::at(std::string_view text) {
  assert(text.size() <= 253);
  if (2 * rows_.size() >= slots_.size()) grow();
  const std::uint64_t hash = hash_of(text);
  std::size_t slot = hash & (slots_.size() - 1);
  while (slots_[slot] != 0) {
    Row& row = rows_[slots_[slot] - 1];
    if (row.hash == hash && text_of(row) == text) return row;
    slot = (slot + 1) & (slots_.size() - 1);
  }
  Row row;
  row.hash = hash;
  row.text = static_cast<std::uint32_t>(texts_.size());
  row.length = static_cast<std::uint8_t>(text.size());
  texts_ += text;
  rows_.push_back(row);
  slots_[slot] = static_cast<std::uint32_t>(rows_.size());
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

void Table::grow() {
  std::vector<std::uint32_t> larger(2 * slots_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::size_t slot = rows_[i].hash & (larger.size() - 1);
    while (larger[slot] != 0) slot = (slot + 1) & (larger.size() - 1);
    larger[slot] = static_cast<std::uint32_t>(i + 1);
  }
  slots_ = std::move(larger);
}

}  // namespace lostletter::exposure
