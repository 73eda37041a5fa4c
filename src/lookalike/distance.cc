// SPDX-License-Identifier: Apache-2.0
#include "lookalike/distance.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace lostletter::lookalike {
namespace {

constexpr int kFar = 1000;
constexpr int kWidest = 3;
// One diagonal band: the cell (i, j) stands at j - i + kWidest + 1, so a border
// cell on either side is always kFar.
using Band = std::array<int, 2 * kWidest + 3>;

}  // namespace

int osa_distance(std::u32string_view a, std::u32string_view b, int most) {
  // What both begin and end with changes nothing.
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  const int la = static_cast<int>(a.size());
  const int lb = static_cast<int>(b.size());
  if (std::max(la - lb, lb - la) > most) return most + 1;
  if (la == 0 || lb == 0) return la + lb;
  if (most <= 1) {  // one slip is all that may be left
    const bool swapped = la == 2 && lb == 2 && a[0] == b[1] && a[1] == b[0];
    return swapped || (la == 1 && lb == 1) ? 1 : most + 1;
  }

  const auto at = [](Band& band, int i, int j) -> int& {
    return band[static_cast<std::size_t>(j + kWidest + 1 - i)];
  };
  const auto ca = [&](int i) { return a[static_cast<std::size_t>(i - 1)]; };
  const auto cb = [&](int j) { return b[static_cast<std::size_t>(j - 1)]; };
  Band before;
  Band last;
  Band row;
  before.fill(kFar);
  last.fill(kFar);
  for (int j = 0; j <= std::min(lb, most); ++j) at(last, 0, j) = j;
  for (int i = 1; i <= la; ++i) {
    row.fill(kFar);
    int least = kFar;
    for (int j = std::max(0, i - most); j <= std::min(lb, i + most); ++j) {
      // at(last, i - 1, j) is the cell above, at(last, i - 1, j - 1) beside it.
      int best = at(last, i - 1, j) + 1;
      if (j > 0) {
        best = std::min(best, at(row, i, j - 1) + 1);
        best =
            std::min(best, at(last, i - 1, j - 1) + (ca(i) == cb(j) ? 0 : 1));
        if (i > 1 && j > 1 && ca(i) == cb(j - 1) && ca(i - 1) == cb(j)) {
          best = std::min(best, at(before, i - 2, j - 2) + 1);
        }
      }
      at(row, i, j) = best;
      least = std::min(least, best);
    }
    if (least > most) return most + 1;
    before = last;
    last = row;
  }
  return std::min(at(last, la, lb), most + 1);
}

namespace {

// Up to sixteen characters, the first in the lowest byte.
__extension__ using Word = unsigned __int128;
constexpr std::size_t kWord = sizeof(Word);

Word word(std::string_view text) {
  Word loaded = 0;
  if (!text.empty()) std::memcpy(&loaded, text.data(), text.size());
  return loaded;
}

// How many characters are equal before the first that differs; kWord and more
// when none does.
std::size_t equal_ones(Word difference) {
  const auto low = static_cast<std::uint64_t>(difference);
  const auto high = static_cast<std::uint64_t>(difference >> 64);
  const int bits =
      low != 0 ? std::countr_zero(low) : 64 + std::countr_zero(high);
  return static_cast<std::size_t>(bits) / 8;
}

Word without_first(Word text, std::size_t count) {
  return count >= kWord ? 0 : text >> (8 * count);
}

bool are_swapped(Word a, Word b) {
  const auto at = [](Word text, int i) {
    return static_cast<std::uint8_t>(text >> (8 * i));
  };
  return at(a, 0) == at(b, 1) && at(a, 1) == at(b, 0) && at(a, 1) != 0;
}

// Words have zeros behind their last character, and none before.
bool is_within_one(Word a, Word b) {
  const std::size_t start = equal_ones(a ^ b);
  a = without_first(a, start);
  b = without_first(b, start);
  return a >> 8 == b >> 8 || a >> 8 == b || a == b >> 8 ||
         (are_swapped(a, b) && a >> 16 == b >> 16);
}

bool is_within_two(Word a, Word b) {
  const std::size_t start = equal_ones(a ^ b);
  a = without_first(a, start);
  b = without_first(b, start);
  return is_within_one(a >> 8, b >> 8) || is_within_one(a >> 8, b) ||
         is_within_one(a, b >> 8) ||
         (are_swapped(a, b) && is_within_one(a >> 16, b >> 16));
}

// Takes away what both begin and end with.
void trim(std::string_view& a, std::string_view& b) {
  const auto step = [&] { return std::min({a.size(), b.size(), kWord}); };
  for (std::size_t size = step(); size > 0; size = step()) {
    const std::size_t equal = std::min(
        equal_ones(word(a.substr(0, size)) ^ word(b.substr(0, size))), size);
    a.remove_prefix(equal);
    b.remove_prefix(equal);
    if (equal < size) break;
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
}

}  // namespace

bool is_within_slips(std::string_view a, std::string_view b, int most) {
  const auto limit = static_cast<std::size_t>(most);
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit) {
    return false;
  }
  if (std::max(a.size(), b.size()) > kWord) trim(a, b);
  if (std::max(a.size(), b.size()) <= kWord && most <= 2) {
    const Word left = word(a);
    const Word right = word(b);
    return most == 2   ? is_within_two(left, right)
           : most == 1 ? is_within_one(left, right)
                       : left == right;
  }
  if (a.empty() || b.empty()) return std::max(a.size(), b.size()) <= limit;
  if (most == 0) return false;
  return is_within_slips(a.substr(1), b, most - 1) ||
         is_within_slips(a.substr(1), b.substr(1), most - 1) ||
         is_within_slips(a, b.substr(1), most - 1) ||
         (a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0] &&
          is_within_slips(a.substr(2), b.substr(2), most - 1));
}

}  // namespace lostletter::lookalike
