// SPDX-License-Identifier: Apache-2.0
#include "exposure/top_levels.h"

#include <cstring>

#include "domain/suffix.h"
#include "exposure/letters.h"

namespace lostletter::exposure {
namespace {

std::uint64_t number_of(std::string_view label) {
  std::uint64_t number = 0;
  std::memcpy(&number, label.data(), label.size());
  return number;
}

}  // namespace

const TopLevels& TopLevels::all() {
  static const TopLevels one;
  return one;
}

std::size_t TopLevels::slot_of(std::uint64_t number) {
  return (number * 0x9E3779B97F4A7C15ULL) >> 51;  // the upper 13 bits
}

TopLevels::TopLevels() {
  for (const std::string_view suffix : domain::icann_suffixes()) {
    const auto label = suffix.substr(suffix.rfind('.') + 1);
    if (label.size() > kShort || !domain::is_top_level(label)) continue;
    const std::uint64_t number = number_of(label);
    std::size_t slot = slot_of(number);
    while (numbers_[slot] != 0 && numbers_[slot] != number) {
      slot = (slot + 1) % kSlots;
    }
    numbers_[slot] = number;
  }
}

bool TopLevels::contains(std::string_view label) const {
  if (label.empty()) return false;
  if (label.size() > kShort) {
    return !has_others(label) && domain::is_top_level(label);
  }
  const std::uint64_t number = number_of(label);
  std::size_t slot = slot_of(number);
  while (numbers_[slot] != 0 && numbers_[slot] != number) {
    slot = (slot + 1) % kSlots;
  }
  return numbers_[slot] == number;
}

}  // namespace lostletter::exposure
