// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

namespace lostletter {
namespace {

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

std::unexpected<Error> fail_errno(std::string_view doing,
                                  std::string_view path) {
  const int code = errno;
  return fail(fmt::format("cannot {} {}: {}", doing, printable(path),
                          std::generic_category().message(code)));
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void sync_directory_of(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  const Descriptor directory(
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_CLOEXEC));
  if (directory.get() >= 0) ::fsync(directory.get());
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return fail_errno("read", path);
  std::string content;
  char buffer[65536];
  while (true) {
    const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("read", path);
    if (got == 0) return content;
    if (content.size() + static_cast<std::size_t>(got) > most) {
      return fail(
          fmt::format("{} is larger than {} bytes", printable(path), most));
    }
    content.append(buffer, static_cast<std::size_t>(got));
  }
}

namespace {

// Writes beside `path`, and gives the file its name by `place`, which returns
// as ::rename does. A name of its own for each writer: two at once must not
// mix.
template <typename Place>
Result<void> write_beside(const std::string& path, std::string_view content,
                          const Place& place) {
  std::string beside = path + ".XXXXXX";
  const Descriptor file(::mkostemp(beside.data(), O_CLOEXEC));  // mode 0600
  if (file.get() < 0) return fail_errno("write", path);
  if (!write_all(file.get(), content) || ::fsync(file.get()) != 0 ||
      place(beside.c_str()) != 0) {
    auto failure = fail_errno("write", path);
    ::unlink(beside.c_str());
    return failure;
  }
  sync_directory_of(path);
  return {};
}

}  // namespace

Result<void> write_file(const std::string& path, std::string_view content) {
  // A device or a pipe (/dev/null, /dev/stdout) must not become a file.
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) &&
      !S_ISDIR(status.st_mode)) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.get() < 0 || !write_all(file.get(), content)) {
      return fail_errno("write", path);
    }
    return {};
  }
  return write_beside(path, content, [&](const char* beside) {
    return ::rename(beside, path.c_str());
  });
}

Result<bool> create_file(const std::string& path, std::string_view content) {
  bool created = true;
  const auto written = write_beside(path, content, [&](const char* beside) {
    // Unlike a rename, a link takes no other's place.
    const int result = ::link(beside, path.c_str());
    created = result == 0;
    if (!created && errno != EEXIST) return result;
    return ::unlink(beside);
  });
  if (!written) return std::unexpected(written.error());
  return created;
}

Result<void> make_directory(const std::string& path) {
  std::string made;
  for (const std::string_view part : split(path, '/')) {
    made += part;
    if (!part.empty() && ::mkdir(made.c_str(), 0750) != 0) {
      const int code = errno;
      struct stat status = {};
      const bool exists = ::stat(made.c_str(), &status) == 0;
      if (!exists || !S_ISDIR(status.st_mode)) {
        errno = exists ? ENOTDIR : code;
        return fail_errno("create directory", path);
      }
    }
    made += '/';
  }
  return {};
}

Result<FileLock> FileLock::take(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (file.get() < 0) return fail_errno("lock", path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail_errno("lock", path);
    char holder[32] = {};
    const ssize_t got = ::pread(file.get(), holder, sizeof holder - 1, 0);
    return fail(fmt::format("{} is held by process {}", printable(path),
                            got > 0 ? printable(trim(holder)) : "unknown"));
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file.get(), 0) != 0 || !write_all(file.get(), pid)) {
    return fail_errno("write", path);
  }
  return FileLock(file.release());
}

FileLock::FileLock(FileLock&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace lostletter
