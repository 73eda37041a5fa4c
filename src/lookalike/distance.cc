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

// REQUIRES: b is no longer than a
std::size_t common_prefix(std::string_view a, std::string_view b) {
  std::size_t at = 0;
  for (; at + 8 <= b.size(); at += 8) {
    std::uint64_t left = 0;
    std::uint64_t right = 0;
    std::memcpy(&left, a.data() + at, sizeof left);
    std::memcpy(&right, b.data() + at, sizeof right);
    if (left != right) {
      return at + static_cast<std::size_t>(std::countr_zero(left ^ right)) / 8;
    }
  }
  while (at < b.size() && a[at] == b[at]) ++at;
  return at;
}

}  // namespace

bool is_within_slips(std::string_view a, std::string_view b, int most) {
  if (a.size() < b.size()) std::swap(a, b);
  const std::size_t longer = a.size() - b.size();
  if (longer > static_cast<std::size_t>(most)) return false;
  const std::size_t start = common_prefix(a, b);
  a.remove_prefix(start);
  b.remove_prefix(start);
  while (!b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (b.empty()) return true;  // `longer` insertions
  if (most == 0) return false;
  if (most == 1) {
    if (longer > 0) return false;
    return a.size() == 1 || (a.size() == 2 && a[0] == b[1] && a[1] == b[0]);
  }
  return is_within_slips(a.substr(1), b, most - 1) ||
         is_within_slips(a.substr(1), b.substr(1), most - 1) ||
         is_within_slips(a, b.substr(1), most - 1) ||
         (a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0] &&
          is_within_slips(a.substr(2), b.substr(2), most - 1));
}

}  // namespace lostletter::lookalike
