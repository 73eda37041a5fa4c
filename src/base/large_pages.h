// SPDX-License-Identifier: Apache-2.0
//
// For arrays of many megabytes that are touched here and there: on pages of 2
// MiB, where the kernel has them, a look-up misses one cache instead of two,
// and memory is handed over 512 small pages at a time.
//
//   std::vector<Slot, LargePages<Slot>> slots_;
//
// Or, when the process is told to keep within so much memory, in files without
// names: then the kernel decides which of their pages are worth having, and
// relieve() takes all of them out of the process when it has become too large.
//
// reserve_large() is for a plain vector of known size that is filled at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>

#include "base/result.h"

namespace lostletter {

class LargeMemory {
 public:
  // Smaller arrays are the heap's.
  static constexpr std::size_t kPage = std::size_t{2} << 20U;

  // From now on large arrays are files in `folder`, and the process should stay
  // below `most` bytes. The error names the folder and the reason. REQUIRES:
  // one thread, and called once.
  static Result<void> spill(const std::string& folder, std::uint64_t most);
  // Of the kernel, of all the process has in memory.
  static std::uint64_t resident();
  // When that is more than `most`: large arrays leave the process, and come
  // back page by page when they are touched. Any thread; to be called now and
  // then.
  static void relieve();

  // REQUIRES: size >= kPage. Throws std::bad_alloc.
  static void* allocate(std::size_t size);
  static void deallocate(void* memory, std::size_t size);

  // Large pages for whatever whole ones of the kind lie in it. A piece of
  // advice, whose refusal changes nothing.
  static void advise(void* begin, std::size_t size);
};

template <typename Vector>
void reserve_large(Vector& vector, std::size_t count) {
  vector.reserve(count);
  LargeMemory::advise(vector.data(),
                      vector.capacity() * sizeof(typename Vector::value_type));
}

template <typename T>
struct LargePages {
  using value_type = T;
  static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

  LargePages() = default;
  template <typename Other>
  explicit LargePages(const LargePages<Other>&) {}

  T* allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / 2 / sizeof(T)) {
      throw std::bad_alloc();
    }
    const std::size_t size = count * sizeof(T);
    return static_cast<T*>(size < LargeMemory::kPage
                               ? ::operator new(size)
                               : LargeMemory::allocate(size));
  }
  void deallocate(T* memory, std::size_t count) {
    const std::size_t size = count * sizeof(T);
    if (size < LargeMemory::kPage) return ::operator delete(memory);
    LargeMemory::deallocate(memory, size);
  }

  template <typename Other>
  bool operator==(const LargePages<Other>&) const {
    return true;
  }
};

}  // namespace lostletter
