// SPDX-License-Identifier: Apache-2.0
#include "base/large_pages.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <limits>
#include <map>
#include <mutex>
#include <system_error>

#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"

namespace lostletter {
namespace {

// Where little else is left of what is allowed, files may have this part of it:
// pages that come back as soon as they are gone cost time and save nothing.
constexpr std::uint64_t kLeastFiles = 4;
// The heap is looked through when it has grown by this part.
constexpr std::uint64_t kWorthTrimming = 8;

// Of the process: where spilled arrays are, once there is a folder for them.
struct Spilled {
  std::string folder;  // empty: nothing is spilled
  std::uint64_t most = 0;
  std::mutex mutex;
  std::map<void*, std::size_t> arrays;
  std::uint64_t heap = 0;  // and all else that is in no file, trimmed last
};
Spilled& spilled() {
  // Arrays of static life may be given back after it would have ended.
  static auto& all = *new Spilled;
  return all;
}

// A file that nobody else can see, gone when the process is.
int open_file(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || errno != EOPNOTSUPP) return fd;
  std::string path = folder + "/lostletter.XXXXXX";
  const int named = ::mkostemp(path.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(path.c_str());
  return named;
}

[[noreturn]] void fail_in(const std::string& folder, int error) {
  throw NoRoom(error, std::generic_category(),
               "cannot write to '" + printable(folder) + "'");
}

void* map_file(const std::string& folder, std::size_t size) {
  const int fd = open_file(folder);
  if (fd < 0) fail_in(folder, errno);
  // Its blocks are reserved: a full disk is told now, not by SIGBUS.
  const int error = ::posix_fallocate(fd, 0, static_cast<off_t>(size));
  void* const memory =
      error == 0
          ? ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
          : MAP_FAILED;
  ::close(fd);
  if (error != 0) fail_in(folder, error);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return memory;
}

}  // namespace

Result<void> LargeMemory::spill(const std::string& folder, std::uint64_t most) {
  const int fd = open_file(folder);
  if (fd < 0) {
    return fail("cannot write to '" + printable(folder) +
                "': " + std::generic_category().message(errno));
  }
  ::close(fd);
  spilled().folder = folder;
  spilled().most = most;
  return {};
}

LargeMemory::Resident LargeMemory::resident() {
  // Opened once: it is asked for after every thousand look-ups.
  static const int fd = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::array<char, 128> text{};
  if (::pread(fd, text.data(), text.size() - 1, 0) <= 0) return {};
  char* rest = text.data();
  (void)std::strtoull(rest, &rest, 10);  // addresses in use
  const std::uint64_t all = std::strtoull(rest, &rest, 10);
  const std::uint64_t of_files = std::strtoull(rest, &rest, 10);
  return {all * page, of_files * page};
}

void LargeMemory::relieve() {
  Spilled& all = spilled();
  if (all.folder.empty()) return;
  Resident now = resident();
  if (now.all <= all.most) return;
  const std::lock_guard lock(all.mutex);
  if (now.all - now.of_files > all.heap + all.most / kWorthTrimming) {
    ::malloc_trim(0);
    now = resident();
    all.heap = now.all - now.of_files;
  }
  all.heap = std::min(all.heap, now.all - now.of_files);
  if (now.all <= all.most || now.of_files <= all.most / kLeastFiles) return;
  for (const auto& [memory, size] : all.arrays) {
    (void)::madvise(memory, size, MADV_DONTNEED);  // of a file: nothing is lost
  }
}

std::uint64_t LargeMemory::share() {
  constexpr std::uint64_t kShares = 16;
  const Spilled& all = spilled();
  return all.folder.empty() ? std::numeric_limits<std::uint64_t>::max()
                            : all.most / kShares;
}

void* LargeMemory::allocate(std::size_t size, Spill spill) {
  Spilled& all = spilled();
  if (all.folder.empty() || spill == Spill::kNever) {
    const std::size_t whole = (size + kPage - 1) / kPage * kPage;
    void* const memory = std::aligned_alloc(kPage, whole);
    if (memory == nullptr) throw std::bad_alloc();
    advise(memory, size);  // of the last page only what is touched is taken
    return memory;
  }
  relieve();  // mostly to move what is in a smaller one
  void* const memory = map_file(all.folder, size);
  const std::lock_guard lock(all.mutex);
  all.arrays.emplace(memory, size);
  return memory;
}

void LargeMemory::advise(void* begin, std::size_t size) {
  const std::size_t skipped =
      (kPage - reinterpret_cast<std::uintptr_t>(begin) % kPage) % kPage;
  if (size < skipped + kPage) return;
  (void)::madvise(static_cast<char*>(begin) + skipped,
                  (size - skipped) / kPage * kPage, MADV_HUGEPAGE);
}

void LargeMemory::deallocate(void* memory, std::size_t size) {
  Spilled& all = spilled();
  {
    const std::lock_guard lock(all.mutex);
    if (all.arrays.erase(memory) == 0) {
      return std::free(memory);  // NOLINT: of aligned_alloc
    }
  }
  ::munmap(memory, size);
}

}  // namespace lostletter
