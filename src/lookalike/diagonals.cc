// SPDX-License-Identifier: Apache-2.0
#include "lookalike/diagonals.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace lostletter::lookalike {
namespace {

constexpr std::size_t kWidth = Diagonals::kRead;
using Bytes [[gnu::vector_size(kWidth)]] = signed char;

Bytes load(const char* from) {
  Bytes loaded;
  std::memcpy(&loaded, from, sizeof loaded);
  return loaded;
}

// A bit for each byte of a comparison, the first the lowest.
std::uint64_t bits_of(Bytes truth) {
#if defined(__SSE2__)
  return static_cast<std::uint32_t>(
      _mm_movemask_epi8(reinterpret_cast<__m128i>(truth)));
#else
  // Each byte keeps a bit of its own; multiplied, they meet in the highest.
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &truth, sizeof halves);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < halves.size(); ++i) {
    bits |= ((halves[i] & 0x8040201008040201U) * 0x0101010101010101U >> 56)
            << (8 * i);
  }
  return bits;
#endif
}

// Where the characters of a name equal those of a text, one word a diagonal:
// bit i of on(d) is name[i] == text[i + d].
class Equal {
 public:
  // `text` may be read from two before it on.
  Equal(const char* name, std::size_t size, const char* text) {
    const std::uint64_t all = (std::uint64_t{1} << size) - 1;
    const Bytes first = load(name);
    for (std::size_t i = 0; i < words_.size(); ++i) {
      words_[i] = bits_of(first == load(text + i - kMiddle)) & all;
    }
    if (size <= kWidth) return;
    const Bytes second = load(name + kWidth);
    for (std::size_t i = 0; i < words_.size(); ++i) {
      words_[i] |=
          (bits_of(second == load(text + i - kMiddle + kWidth)) << kWidth) &
          all;
    }
  }

  // From character i of the name on, where does the diagonal stop to be equal?
  std::size_t run(int diagonal, std::size_t i) const {
    return i + static_cast<std::size_t>(std::countr_one(on(diagonal) >> i));
  }
  // Behind one character exchanged, or two swapped.
  std::size_t step(int diagonal, std::size_t i) const {
    const std::uint64_t swapped =
        on(diagonal + 1) >> i & on(diagonal - 1) >> i >> 1 & 1;
    return i + 1 + static_cast<std::size_t>(swapped);
  }

 private:
  static constexpr std::size_t kMiddle = 2;
  std::uint64_t on(int diagonal) const {
    return words_[kMiddle + static_cast<std::size_t>(diagonal)];
  }
  std::array<std::uint64_t, 2 * kMiddle + 1> words_;
};

}  // namespace

void Diagonals::set(std::string_view text) {
  assert(text.size() <= kMost);
  size_ = text.size();
  padded_.fill(0);
  std::ranges::copy(text, padded_.begin() + kFarthest);
}

// How far into the name one comes with no slip, with one, with two; on the last
// diagonal, which is how much longer the text is, it should be the end. To have
// come farther on the same diagonal is never worse.
bool Diagonals::are_within_two(const char* name, std::size_t size) const {
  const int last = static_cast<int>(size_) - static_cast<int>(size);
  if (last < -2 || last > 2) return false;
  const Equal equal(name, size, padded_.data() + kFarthest);
  const std::size_t none = equal.run(0, 0);
  const std::size_t more = equal.run(1, none);       // one more in the text
  const std::size_t less = equal.run(-1, none + 1);  // one less
  const std::size_t same = equal.run(0, equal.step(0, none));
  switch (last) {
    case -2:
      return equal.run(-2, less + 1) >= size;
    case -1:
      return equal.run(-1, std::max(equal.step(-1, less), same + 1)) >= size;
    case 0:
      return equal.run(0, std::max({equal.step(0, same), less, more + 1})) >=
             size;
    case 1:
      return equal.run(1, std::max(equal.step(1, more), same)) >= size;
    default:
      return equal.run(2, more) >= size;
  }
}

}  // namespace lostletter::lookalike
