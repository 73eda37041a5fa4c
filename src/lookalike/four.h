// SPDX-License-Identifier: Apache-2.0
//
// Four numbers at once, in whatever registers the machine has.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace lostletter::lookalike {

using Four [[gnu::vector_size(16)]] = std::uint32_t;

inline Four four(std::uint32_t value) { return Four{} + value; }

inline Four load_four(const std::uint32_t* from) {
  Four loaded;
  std::memcpy(&loaded, from, sizeof loaded);
  return loaded;
}

// The lanes of a comparison that are true: bits 0, 4, 8, 12.
inline std::uint32_t lanes_of(Four truth) {
#if defined(__SSE2__)
  return static_cast<std::uint32_t>(
      _mm_movemask_epi8(reinterpret_cast<__m128i>(truth)) & 0x1111);
#else
  return (truth[0] & 0x1) | (truth[1] & 0x10) | (truth[2] & 0x100) |
         (truth[3] & 0x1000);
#endif
}

// Calls use(lane) for each of them.
template <typename Use>
void each_lane(std::uint32_t lanes, const Use& use) {
  for (; lanes != 0; lanes &= lanes - 1) {
    use(static_cast<std::size_t>(std::countr_zero(lanes)) / 4);
  }
}

// The same of four comparisons: bits 0 to 15.
inline std::uint32_t lanes_of(Four a, Four b, Four c, Four d) {
#if defined(__SSE2__)
  const auto words = [](Four x) { return reinterpret_cast<__m128i>(x); };
  return static_cast<std::uint32_t>(
      _mm_movemask_epi8(_mm_packs_epi16(_mm_packs_epi32(words(a), words(b)),
                                        _mm_packs_epi32(words(c), words(d)))));
#else
  const Four bits = (a & Four{0x1, 0x2, 0x4, 0x8}) |
                    (b & Four{0x10, 0x20, 0x40, 0x80}) |
                    (c & Four{0x100, 0x200, 0x400, 0x800}) |
                    (d & Four{0x1000, 0x2000, 0x4000, 0x8000});
  return bits[0] | bits[1] | bits[2] | bits[3];
#endif
}
// Calls use(lane) for each of these.
template <typename Use>
void each_of_sixteen(std::uint32_t lanes, const Use& use) {
  for (; lanes != 0; lanes &= lanes - 1) {
    use(static_cast<std::size_t>(std::countr_zero(lanes)));
  }
}

}  // namespace lostletter::lookalike
