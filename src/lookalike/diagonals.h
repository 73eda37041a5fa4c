// SPDX-License-Identifier: Apache-2.0
//
// One text against many names: are they within two slips? The table of the
// distance is walked along its diagonals (Ukkonen 1985), on each of which one
// word says where characters are equal: a dozen steps without a branch, so the
// next name is read while this one is compared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lostletter::lookalike {

class Diagonals {
 public:
  // Of longer texts and names nothing is said here.
  static constexpr std::size_t kMost = 32;
  // What is read of a name, whatever its length: so many bytes, or twice as
  // many when it is longer.
  static constexpr std::size_t kRead = 16;

  // REQUIRES: no byte is 0, at most kMost of them.
  void set(std::string_view text);

  // Is osa_distance (distance.h) at most 2? REQUIRES: set(); size <= kMost, and
  // kRead bytes may be read, or twice as many.
  bool are_within_two(const char* name, std::size_t size) const;

 private:
  static constexpr std::size_t kFarthest = 2;  // diagonal
  std::size_t size_;
  // The text with zeros before and behind.
  std::array<char, kFarthest + kMost + kFarthest> padded_;
};

}  // namespace lostletter::lookalike
