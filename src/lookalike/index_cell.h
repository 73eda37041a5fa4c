// SPDX-License-Identifier: Apache-2.0
//
// So many bytes of an index for each name that most names fit into them: one is
// read and compared without being looked for.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace lostletter::lookalike {

struct Cell {
  static constexpr std::size_t kMost = 24;
  // What is not plain (its U-labels are other text) is called long, too.
  struct Long {
    std::uint32_t begin;  // of its text
    std::uint32_t bag;    // signature of the whole name
    std::uint8_t size;
    std::array<std::uint8_t, 14> zeros;
    std::uint8_t flags;
  };
  static constexpr std::uint8_t kLong = 0x80;
  static constexpr std::uint8_t kNotPlain = 0x01;

  // A short name's characters, zeros behind; or a Long. The last byte tells
  // which: names are ASCII.
  std::array<char, kMost> bytes;

  bool is_long() const {
    return (static_cast<std::uint8_t>(bytes[kMost - 1]) & kLong) != 0;
  }
  // REQUIRES: is_long()
  Long as_long() const { return std::bit_cast<Long>(bytes); }
  // REQUIRES: it is not.
  std::size_t short_size() const {
    const auto words = std::bit_cast<std::array<std::uint64_t, 3>>(bytes);
    const int unused = words[2] != 0   ? std::countl_zero(words[2])
                       : words[1] != 0 ? 64 + std::countl_zero(words[1])
                                       : 128 + std::countl_zero(words[0]);
    return kMost - static_cast<std::size_t>(unused) / 8;
  }
};
// Behind the last name's, of zeros: readers take more than one at once.
inline constexpr std::size_t kSpareCells = 1;
static_assert(sizeof(Cell) == Cell::kMost && sizeof(Cell::Long) == Cell::kMost);

}  // namespace lostletter::lookalike
