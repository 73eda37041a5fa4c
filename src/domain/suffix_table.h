// SPDX-License-Identifier: Apache-2.0
//
// The public suffix list as arrays, written at build time by
// tools/make_suffix_table and read by suffix.cc only. A node is the text of a
// rule without its "*." or "!", or a top-level domain.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lostletter::domain::table {

inline constexpr std::uint8_t kRule = 1;       // com
inline constexpr std::uint8_t kWildcard = 2;   // *.ck
inline constexpr std::uint8_t kException = 4;  // !www.ck
// The ICANN section's flags stand as above, the private section's three higher.
inline constexpr int kPrivateShift = 3;
// The last label of a rule in the ICANN section, whether a rule itself or not.
inline constexpr std::uint8_t kTopLevel = 64;
// Such a label, and no other rule in that section ends with it.
inline constexpr std::uint8_t kAlone = 128;

struct Node {
  std::uint32_t at;  // in kLetters
  std::uint8_t length;
  std::uint8_t flags;
};

extern const char kLetters[];
extern const Node kNodes[];  // sorted by text
extern const std::size_t kNodeCount;
// Node number + 1, or 0 where free, by the FNV-1a hash of the text's bytes from
// the last to the first; collisions stand in the next free slot.
extern const std::uint16_t kSlots[];
extern const std::size_t kSlotMask;
extern const int kMostLabels;  // of the longest text

}  // namespace lostletter::domain::table
