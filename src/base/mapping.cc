// SPDX-License-Identifier: Apache-2.0
#include "base/mapping.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lostletter {
namespace {

std::unexpected<Error> refuse(const std::string& path, int reason) {
  return fail("cannot read " + path + ": " +
              std::generic_category().message(reason));
}

class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Result<std::shared_ptr<const Mapping>> Mapping::open(const std::string& path) {
  const Descriptor file(path);
  struct stat facts{};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0) {
    return refuse(path, errno);
  }
  // A pipe has no bytes to map, a directory neither.
  if (!S_ISREG(facts.st_mode)) {
    return refuse(path, S_ISDIR(facts.st_mode) ? EISDIR : ENODEV);
  }
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size == 0) {
    return std::make_shared<const Mapping>(std::span<const std::byte>());
  }
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (at == MAP_FAILED) return refuse(path, errno);
  return std::make_shared<const Mapping>(
      std::span(static_cast<const std::byte*>(at), size));
}

Mapping::~Mapping() {
  if (bytes_.empty()) return;
  ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace lostletter
