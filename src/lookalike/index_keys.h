// SPDX-License-Identifier: Apache-2.0
//
// The keys under which a name is found: what builder and reader agree on.
// Private to the index.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lostletter::lookalike::keys {

// The sections of the file.
enum Section : std::uint32_t {
  kCounts = 1,       // Counts
  kText = 2,         // the names' ASCII, sorted, without separators
  kEnds = 3,         // u32: where each name ends in it
  kSuffixes = 4,     // u8: where the public suffix begins, in code points
  kOrigins = 5,      // u8: see pack()
  kRanks = 6,        // f32; may be missing
  kUnicode = 7,      // u32 number, u32 end; of the names that are not ASCII
  kUnicodeText = 8,  // their U-labels, UTF-8
  kDeleteStarts = 9,
  kDeleteSlots = 10,
  kWholeStarts = 11,
  kWholeSlots = 12,
};

struct Counts {
  std::uint64_t names;
  std::uint64_t known;
};

// Two strings within two edits share a string made of the first kPrefix
// characters of each by at most two deletions.
inline constexpr std::size_t kPrefix = 7;

// Kinds of keys that share a table.
enum Kind : std::uint64_t { kAscii = 1, kSkeleton, kParent, kStem, kDelete };

template <typename Text>
std::uint32_t hash(Kind kind, const Text& text) {
  std::uint64_t h = 0xcbf29ce484222325U + kind;  // FNV-1a, 64 bits
  for (const auto c : text) {
    h ^= static_cast<std::uint64_t>(static_cast<std::uint32_t>(c));
    h *= 0x100000001b3U;
  }
  return static_cast<std::uint32_t>(((h ^ (h >> 29)) * 0x9E3779B97F4A7C15U) >>
                                    32);
}

// Calls use(string) for every string made from `text` by up to `most`
// deletions; the same one may come twice.
template <typename Use>
void for_each_delete(const std::u32string& text, std::size_t most,
                     std::size_t from, const Use& use) {
  use(text);
  if (most == 0) return;
  for (std::size_t i = from; i < text.size(); ++i) {
    std::u32string shorter = text;
    shorter.erase(i, 1);
    for_each_delete(shorter, most - 1, i, use);
  }
}

}  // namespace lostletter::lookalike::keys
