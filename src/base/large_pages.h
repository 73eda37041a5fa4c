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
// What is touched here and there without end must stay: Spill::kNever, and no
// larger than share().
//
// reserve_large() is for a plain vector of known size that is filled at once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <system_error>

#include "base/result.h"

namespace lostletter {

enum class Spill { kMay, kNever };

// What leaves the memory finds no room; what() names the folder.
class NoRoom : public std::system_error {
 public:
  using std::system_error::system_error;
};

class LargeMemory {
 public:
  // Smaller arrays are the heap's.
  static constexpr std::size_t kPage = std::size_t{2} << 20U;

  // From now on large arrays are files in `folder`, and the process should stay
  // below `most` bytes. The error names the folder and the reason. REQUIRES:
  // one thread, and called once.
  static Result<void> spill(const std::string& folder, std::uint64_t most);
  // What the process has in memory, as the kernel says; nothing where it does
  // not.
  struct Resident {
    std::uint64_t all = 0;
    std::uint64_t of_files = 0;  // among it
  };
  static Resident resident();
  // When that is more than `most`: what the heap has and nobody uses is given
  // back; and where files are much of it, large arrays leave the process, and
  // come back page by page when they are touched. Any thread; to be called now
  // and then.
  static void relieve();
  // How many bytes an array that never leaves the process should have at most.
  static std::uint64_t share();

  // REQUIRES: size >= kPage. Throws std::bad_alloc or NoRoom.
  static void* allocate(std::size_t size, Spill spill = Spill::kMay);
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

// As vector.resize(count), within the memory that is allowed: whoever makes all
// elements at once touches all of them. REQUIRES: it is empty.
template <typename Vector>
void resize_large(Vector& vector, std::size_t count) {
  constexpr std::size_t kStep = std::size_t{1} << 14U;
  vector.reserve(count);
  while (vector.size() < count) {
    vector.resize(std::min(count, vector.size() + kStep));
    LargeMemory::relieve();
  }
}

template <typename T, Spill kSpill = Spill::kMay>
struct LargePages {
  using value_type = T;
  static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  template <typename Other>
  struct rebind {
    using other = LargePages<Other, kSpill>;
  };

  LargePages() = default;
  template <typename Other>
  explicit LargePages(const LargePages<Other, kSpill>&) {}

  T* allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / 2 / sizeof(T)) {
      throw std::bad_alloc();
    }
    const std::size_t size = count * sizeof(T);
    return static_cast<T*>(size < LargeMemory::kPage
                               ? ::operator new(size)
                               : LargeMemory::allocate(size, kSpill));
  }
  void deallocate(T* memory, std::size_t count) {
    const std::size_t size = count * sizeof(T);
    if (size < LargeMemory::kPage) return ::operator delete(memory);
    LargeMemory::deallocate(memory, size);
  }

  template <typename Other>
  bool operator==(const LargePages<Other, kSpill>&) const {
    return true;
  }
};

}  // namespace lostletter
