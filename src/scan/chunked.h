// SPDX-License-Identifier: Apache-2.0
//
// An array that grows at its end without moving: a vector of millions that
// doubles has them in memory twice while it does, and where memory is allowed
// up to some size only (LargeMemory) that is what goes beyond it.
#pragma once

#include <bit>
#include <cstddef>
#include <vector>

#include "base/large_pages.h"

namespace lostletter::scan {

template <typename T>
class Chunked {
 public:
  // REQUIRES: i < size()
  const T& operator[](std::size_t i) const {
    return chunks_[i >> kShift][i & (kChunk - 1)];
  }
  T& operator[](std::size_t i) {
    return chunks_[i >> kShift][i & (kChunk - 1)];
  }

  void push_back(const T& value) {
    if ((size_ & (kChunk - 1)) == 0) add_chunk();
    chunks_.back().push_back(value);
    ++size_;
  }
  std::size_t size() const { return size_; }

 private:
  // So many as one large page has room for: a power of two.
  static constexpr std::size_t kChunk =
      std::bit_floor(LargeMemory::kPage / sizeof(T));
  static constexpr int kShift = std::bit_width(kChunk) - 1;

  // The first grows as any vector does: most arrays are small.
  void add_chunk() {
    chunks_.emplace_back();
    if (chunks_.size() > 1) chunks_.back().reserve(kChunk);
  }

  std::vector<std::vector<T, LargePages<T>>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace lostletter::scan
