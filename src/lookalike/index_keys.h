// SPDX-License-Identifier: Apache-2.0
//
// The keys under which a name is found: what builder and reader of an index
// agree on, and no business of anybody else. docs/formats/index.md says why a
// name within two slips is found under one of them; index_test.cc asks all
// short names.
//
// Keys are made of symbols, one byte for each code point: an ASCII character is
// itself, any other one of 128 that stand for many. So equal texts have equal
// symbols, and what is found is compared in full anyway.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace lostletter::lookalike::keys {

// The sections of the file.
enum Section : std::uint32_t {
  kCounts = 1,       // Counts
  kText = 2,         // the ASCII of names that are long, one behind the other
  kCells = 3,        // Cell: a short name, or where a long one is
  kSuffixes = 4,     // u8: where the public suffix begins, in code points
  kOrigins = 5,      // u8: see pack_origins()
  kRanks = 6,        // u16: see pack_rank(); empty when no name has one
  kUnicode = 7,      // u32 number, u32 end; of the names that are not ASCII
  kUnicodeText = 8,  // their U-labels, UTF-8
  kSignatures = 9,   // u32: of each name's tail
  kNearStarts = 10,  // u32: where each bucket of the next section begins
  kNearSlots = 11,   // names by their head, whole or with one deletion
  kFarStarts = 12,   // u32 start, u32 Bloom filter of its keys
  kFarSlots = 13,    // short names by their head with two deletions
  kWholeLines = 14,  // Lines: names by their text, parent and stem
  kWholeRests = 15,
  kBackStarts = 16,
  kBackSlots = 17,     // long names by their end
  kBackBags = 18,      // u32: for each of these slots, the name's bag
  kWholeFilters = 19,  // u64: Bloom filter of each line's keys
};

struct Counts {
  std::uint64_t names;
  std::uint64_t known;
};

// A name is its head, one character between, and its tail. A slip changes the
// one or the other; a transposition across the cut touches the head and the
// character between.
inline constexpr std::size_t kHead = 7;
inline constexpr std::size_t kTail = kHead + 1;

// From so many characters on a name has a tail that says enough: when both
// slips are in the head, the name is found by its end.
inline constexpr std::size_t kBack = 8;
inline constexpr std::size_t kLongName = kTail + kBack;
// By more of it from so many characters on: many end alike.
inline constexpr std::size_t kLongBack = 10;
inline constexpr std::size_t kVeryLongName = kTail + kLongBack;

// Several names that begin alike share a slot from this many on.
inline constexpr std::size_t kLeastRun = 4;

using Symbols = std::basic_string_view<char>;

inline char symbol(char32_t c) {
  return static_cast<char>(c < 0x80 ? c
                                    : 0x80 | ((c * 0x9E3779B1U) >> 7 & 127));
}

// --- words ------------------------------------------------------------------

template <typename T>
T load_whole(const char* bytes) {
  T word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Up to eight bytes, the first the lowest, zeros above. A copy of so many bytes
// as a variable says is slow to write and slower to read back as a word.
inline std::uint64_t load(const char* bytes, std::size_t size) {
  if (size >= 8) return load_whole<std::uint64_t>(bytes);
  if (size >= 4) {
    const std::uint64_t last = load_whole<std::uint32_t>(bytes + size - 4);
    return load_whole<std::uint32_t>(bytes) | last << (8 * (size - 4));
  }
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size; ++i) {
    word |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  }
  return word;
}

// 32 bits that depend on all of both.
inline std::uint32_t mix(std::uint64_t word, std::uint64_t salt) {
  std::uint64_t h = (word ^ salt) * 0x9E3779B97F4A7C15U;
  h = (h ^ (h >> 32)) * 0xD6E8FEB86659FD93U;
  return static_cast<std::uint32_t>(h >> 32);
}

inline std::uint64_t hash_bytes(std::string_view text) {
  std::uint64_t h = text.size();
  for (; text.size() > 8; text.remove_prefix(8)) {
    h = std::rotl((h ^ load(text.data(), 8)) * 0xD6E8FEB86659FD93U, 31);
  }
  return (h ^ load(text.data(), text.size())) * 0xD6E8FEB86659FD93U;
}

// --- whole names -------------------------------------------------------------

enum Kind : std::uint64_t {
  kAsText = 0x51A3C0FFEE000001U,  // the ASCII, or the skeleton made readable
  kAsParent = 0x51A3C0FFEE000002U,
  kAsStem = 0x51A3C0FFEE000003U,
};

inline std::uint32_t whole_key(Kind kind, std::string_view text) {
  return mix(hash_bytes(text), kind);
}

// In a skeleton every m has become rn; put back, nearly every name's is itself
// and needs no key of its own. Writes to `readable`, which has as much room,
// unless it is the skeleton.
inline std::string_view readable_skeleton(std::string_view skeleton,
                                          char* readable) {
  std::size_t at = skeleton.find("rn");
  if (at == skeleton.npos) return skeleton;
  std::size_t size = 0;
  std::size_t from = 0;
  for (; at != skeleton.npos; at = skeleton.find("rn", from)) {
    std::memmove(readable + size, skeleton.data() + from, at - from);
    size += at - from;
    readable[size++] = 'm';
    from = at + 2;
  }
  std::memmove(readable + size, skeleton.data() + from, skeleton.size() - from);
  return {readable, size + skeleton.size() - from};
}

// --- heads ------------------------------------------------------------------

// The head's symbols, one in each of the low seven bytes; shorter names are
// filled up with zeros.
inline std::uint64_t head_of(Symbols text) {
  return load(text.data(), std::min(text.size(), kHead));
}

inline std::uint64_t without(std::uint64_t head, std::size_t at) {
  const std::uint64_t below = (std::uint64_t{1} << (8 * at)) - 1;
  return (head & below) | (head >> 8 & ~below);
}

using OneLess = std::array<std::uint64_t, kHead>;
template <std::size_t size>
using TwoLess = std::array<std::uint64_t, size*(size - 1) / 2>;

inline OneLess one_less(std::uint64_t head) {
  OneLess shorter;
  for (std::size_t i = 0; i < kHead; ++i) shorter[i] = without(head, i);
  return shorter;
}

// Which symbols stay where they are, move by one, move by two, when two of the
// first `size` are left out.
struct Kept {
  std::array<std::uint64_t, 3> moved_by;
};
template <std::size_t size>
inline constexpr auto kTwoLess = [] {
  constexpr auto kBelow = [](std::size_t end) {
    return (std::uint64_t{1} << (8 * end)) - 1;
  };
  std::array<Kept, std::tuple_size_v<TwoLess<size>>> kept{};
  std::size_t count = 0;
  for (std::size_t i = 0; i + 1 < size; ++i) {
    for (std::size_t j = i; j + 1 < size; ++j) {
      kept[count++] = {{kBelow(i), kBelow(j) & ~kBelow(i), ~kBelow(j)}};
    }
  }
  return kept;
}();

// Of the first `size` symbols.
template <std::size_t size>
TwoLess<size> two_less(Symbols text) {
  const std::uint64_t first = load(text.data(), std::min(text.size(), size));
  TwoLess<size> shorter;
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    const auto& moved_by = kTwoLess<size>[i].moved_by;
    shorter[i] = (first & moved_by[0]) | (first >> 8 & moved_by[1]) |
                 (first >> 16 & moved_by[2]);
  }
  return shorter;
}

inline std::uint32_t head_key(std::uint64_t head) { return mix(head, 1); }
inline std::uint32_t near_key(std::uint64_t one_less) {
  return mix(one_less, 2);
}

// When both slips are in the head, what is behind it is as it was meant: with
// more of it in the key, fewer names share the key. A short name has the
// character between; from so many characters on a name has a tail to take an
// end from.
using ShortTwoLess = TwoLess<kTail>;
using MiddlingTwoLess = TwoLess<kHead>;
inline constexpr std::size_t kFarEnd = 5;
inline constexpr std::size_t kMiddling = kTail + kFarEnd;
inline std::uint32_t short_key(std::uint64_t two_less) {
  return mix(two_less, 3);
}
// REQUIRES: text.size() >= kFarEnd
inline std::uint64_t far_end(Symbols text) {
  return load(text.data() + (text.size() - kFarEnd), kFarEnd) *
         0xA24BAED4963EE407U;
}
inline std::uint32_t middling_key(std::uint64_t two_less, std::uint64_t end) {
  return mix(two_less ^ end, 5);
}

// REQUIRES: text.size() >= kBack
inline std::uint32_t back_key(Symbols text) {
  return mix(load(text.data() + (text.size() - kBack), kBack), 4);
}
// REQUIRES: text.size() >= kLongBack
inline std::uint32_t long_back_key(Symbols text) {
  const char* const end = text.data() + (text.size() - kLongBack);
  return mix(load(end, kBack) ^
                 load(end + kBack, kLongBack - kBack) * 0xA24BAED4963EE407U,
             7);
}

// --- tails ------------------------------------------------------------------

// A signature of a text: which characters it has an odd number of, and its
// length in Gray code: each slip changes at most two of its bits.
inline constexpr auto kCharacterBits = [] {
  std::array<std::uint32_t, 256> bits{};
  for (std::uint32_t c = 0; c < bits.size(); ++c) {
    const std::uint32_t at = c >= 'a' && c <= 'z' ? c - 'a'
                             : c == '.'           ? 26
                                                  : c % 27;
    bits[c] = std::uint32_t{1} << at;
  }
  return bits;
}();
inline std::uint32_t character_bit(char c) {
  return kCharacterBits[static_cast<std::uint8_t>(c)];
}
inline std::uint32_t gray(std::size_t length) {
  const auto low = static_cast<std::uint32_t>(length & 31);
  return (low ^ low >> 1) << 27;
}
inline std::uint32_t signature_of(Symbols text) {
  std::uint32_t bag = 0;
  for (const char c : text) bag ^= character_bit(c);
  return bag ^ gray(text.size());
}
inline Symbols tail_of(Symbols text) {
  return text.substr(std::min(text.size(), kTail));
}

// Few bits of a signature, with the same property.
inline std::uint32_t fold(std::uint32_t signature, int width) {
  const std::uint32_t half = (signature ^ signature >> 16) & 0xFFFF;
  return (half ^ half >> width) & ((std::uint32_t{1} << width) - 1);
}

// Of a short name's tail, which is shorter than a word; of a longer text some
// hash that is no such tail's but by chance.
inline std::uint32_t tail_hash(Symbols tail) {
  return mix(load(tail.data(), std::min<std::size_t>(tail.size(), 8)), 6);
}

// --- slots ------------------------------------------------------------------

// How a slot's 32 bits are shared: the low ones are a name's number.
struct Layout {
  int bits = 1;  // of a number

  static Layout for_names(std::size_t names) {
    return {std::max(1, static_cast<int>(std::bit_width(names)))};
  }

  std::uint32_t number(std::uint32_t slot) const {
    return slot & ((std::uint32_t{1} << bits) - 1);
  }
  // Far and whole tables: the upper bits of a mark stand above.
  std::uint32_t make(std::uint32_t number, std::uint32_t mark) const {
    return number | (mark >> bits << bits);
  }

  // Near table: above the number is a flag, above that the upper bits of the
  // key's mark, the low ones of which XORed with a folded signature; or, with
  // the flag, how many names there are from that number on (five bits) and what
  // is left of the mark.
  int width() const { return std::clamp(26 - bits, 6, 16); }
  int near_mark() const { return bits + 1 + width(); }  // where it begins
  std::uint32_t make_one(std::uint32_t number, std::uint32_t signature,
                         std::uint32_t mark) const {
    const std::uint32_t folded = fold(signature, width()) ^ payload(mark);
    return number | folded << (bits + 1);
  }
  std::uint32_t make_run(std::uint32_t number, std::uint32_t count,
                         std::uint32_t mark) const {
    return number | 1U << bits | count << (bits + 1) |
           mark >> run_mark() << run_mark();
  }
  bool is_run(std::uint32_t slot) const { return (slot >> bits & 1) != 0; }
  std::uint32_t payload(std::uint32_t slot) const { return slot >> (bits + 1); }
  std::uint32_t run_count(std::uint32_t slot) const {
    return payload(slot) & kLongestRun;
  }
  int run_mark() const { return bits + 6; }  // where it begins
  static constexpr std::uint32_t kLongestRun = 31;
};

// A bucket's word of which each key in it has set two bits (Bloom 1970).
inline std::uint32_t bloom_bits(std::uint32_t key) {
  return 1U << (key & 31) | 1U << (key >> 5 & 31);
}
inline std::uint64_t large_bloom_bits(std::uint32_t key) {
  return std::uint64_t{1} << (key & 63) | std::uint64_t{1} << (key >> 6 & 63);
}

// Behind the last slot of a table stand so many zeros: readers take four slots
// at once.
inline constexpr std::size_t kSpare = 4;

// The upper bits of a key choose its bucket, the lower ones mark its slots.
inline std::size_t bucket(std::uint32_t key, std::size_t buckets) {
  return static_cast<std::size_t>((std::uint64_t{key} * buckets) >> 32);
}
inline std::uint32_t mark_of(std::uint32_t key) { return std::rotl(key, 20); }

// --- what a name is written as ----------------------------------------------

// 12 bits of a rank and how often it was halved; 0 is no rank.
inline std::uint16_t pack_rank(float rank) {
  if (!(rank >= 1)) return 0;
  std::uint32_t halvings = 0;
  for (; rank >= 4095.5F && halvings < 15; ++halvings) rank /= 2;
  const float most = std::min(rank, 4095.0F);
  return static_cast<std::uint16_t>(halvings << 12 |
                                    static_cast<std::uint32_t>(most + 0.5F));
}
inline float unpack_rank(std::uint16_t packed) {
  return static_cast<float>(packed & 0xFFF) *
         static_cast<float>(1U << (packed >> 12));
}

}  // namespace lostletter::lookalike::keys
