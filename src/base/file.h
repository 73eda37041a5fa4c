// SPDX-License-Identifier: Apache-2.0
//
// Files of ours: read whole, written whole or not at all, locked.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter {

// The whole file, at most `most` bytes. Errors name the path and the reason.
Result<std::string> read_file(const std::string& path,
                              std::size_t most = std::size_t{1} << 30);

// Writes beside the target, syncs and renames: a reader, or a crash, finds the
// old content or the new. The file gets mode 0600. What is no file, as a pipe
// or /dev/null, is written to as it is.
Result<void> write_file(const std::string& path, std::string_view content);

// The same where nothing is there yet, or false: then another was first, and
// what it wrote stays.
Result<bool> create_file(const std::string& path, std::string_view content);

// Makes the directory and its parents, mode 0750 less the umask. One that is
// there already stays as it is.
Result<void> make_directory(const std::string& path);

// Holds an exclusive lock on a file for as long as it lives; the kernel lets
// go of it when the process dies (and every child it forked without exec). The
// file keeps the process id of the holder.
class FileLock {
 public:
  // Fails at once when another process holds it; the message names that
  // process.
  static Result<FileLock> take(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace lostletter
