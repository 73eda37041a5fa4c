// SPDX-License-Identifier: Apache-2.0
//
// domain::is_top_level(), at the pace at which names are made: half of the
// pairs of slips in a short name are in its last label, and nearly none of them
// leads to a top-level domain.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace lostletter::exposure {

class TopLevels {
 public:
  static const TopLevels& all();

  // The same as domain::is_top_level(), for octets of any kind.
  bool contains(std::string_view label) const;

 private:
  // Up to so many octets are one number, which is looked up; the rest are
  // few, and asked about.
  static constexpr std::size_t kShort = 8;
  static constexpr std::size_t kSlots = 8192;

  TopLevels();
  static std::size_t slot_of(std::uint64_t number);

  std::array<std::uint64_t, kSlots> numbers_{};  // 0: none
};

}  // namespace lostletter::exposure
