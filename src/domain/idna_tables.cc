// SPDX-License-Identifier: Apache-2.0
#include "domain/idna_tables.h"

#include <algorithm>
#include <span>

#include "domain/normalize.h"

namespace lostletter::domain {
namespace {

// Numbers of seven bits a byte, the lowest first.
class Numbers {
 public:
  Numbers(const std::uint8_t* bytes, std::size_t size) : bytes_(bytes, size) {}

  bool at_end() const { return bytes_.empty(); }
  std::uint32_t next() {
    std::uint32_t number = 0;
    for (int shift = 0;; shift += 7) {
      const std::uint8_t byte = bytes_.front();
      bytes_ = bytes_.subspan(1);
      number |= (byte & 0x7FU) << shift;
      if (byte < 0x80) return number;
    }
  }
  // A difference: 0 -1 1 -2 2 are written 0 1 2 3 4. Added, it may wrap.
  std::uint32_t next_difference() {
    const std::uint32_t folded = next();
    return (folded & 1) != 0 ? ~(folded >> 1) : folded >> 1;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

std::vector<table::Range> read_ranges() {
  std::vector<table::Range> ranges;
  Numbers numbers(table::kIdnaRanges, table::kIdnaRangesSize);
  for (char32_t first = 0; !numbers.at_end();) {
    first += numbers.next();
    ranges.push_back({first, static_cast<std::uint16_t>(numbers.next())});
  }
  return ranges;
}

struct Mappings {
  std::vector<table::Mapping> rows;
  std::u32string code_points;
};

Mappings read_mappings() {
  Mappings mappings;
  Numbers numbers(table::kIdnaMappings, table::kIdnaMappingsSize);
  for (char32_t from = 0; !numbers.at_end();) {
    from += numbers.next();
    const auto length = static_cast<std::uint8_t>(numbers.next());
    mappings.rows.push_back(
        {from, static_cast<std::uint16_t>(mappings.code_points.size()),
         length});
    char32_t to = from;
    for (int i = 0; i < length; ++i) {
      to += numbers.next_difference();
      mappings.code_points += to;
    }
  }
  return mappings;
}

struct Pair {
  char32_t first;
  char32_t second;
  char32_t composite;
};

std::vector<Pair> read_pairs() {
  std::vector<Pair> pairs;
  Numbers numbers(table::kIdnaPairs, table::kIdnaPairsSize);
  for (char32_t first = 0; !numbers.at_end();) {
    first += numbers.next();
    const char32_t second = numbers.next();
    pairs.push_back({first, second, first + numbers.next_difference()});
  }
  return pairs;
}

}  // namespace

Character character(char32_t c) {
  static const std::vector<table::Range> ranges = read_ranges();
  const unsigned value = value_at(c, ranges.data(), ranges.size());
  return {static_cast<CharacterRule>(value & 3),
          static_cast<Direction>(value >> 2 & 15),
          static_cast<Joining>(value >> 6 & 7), (value >> 9 & 1) != 0};
}

void append_idna_mapped(std::u32string& text, char32_t c) {
  static const Mappings mappings = read_mappings();
  append_mapped(text, c, mappings.rows.data(), mappings.rows.size(),
                mappings.code_points.data());
}

char32_t composed(char32_t first, char32_t second) {
  static const std::vector<Pair> pairs = read_pairs();
  const auto found = std::ranges::lower_bound(
      pairs, std::pair(first, second), {},
      [](const Pair& pair) { return std::pair(pair.first, pair.second); });
  const bool is_pair =
      found != pairs.end() && found->first == first && found->second == second;
  return is_pair ? found->composite : 0;
}

}  // namespace lostletter::domain
