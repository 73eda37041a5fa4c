// SPDX-License-Identifier: Apache-2.0
//
// A whole file as memory: read when touched, shared with every process that
// maps it, given back to the kernel when memory is short.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace lostletter {

class Mapping {
 public:
  // The error names the path and the reason. A file that shrinks while it is
  // mapped is fatal (SIGBUS): replace files by renaming (write_file).
  static Result<std::shared_ptr<const Mapping>> open(const std::string& path);

  explicit Mapping(std::span<const std::byte> bytes) : bytes_(bytes) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping();

  // They begin at a page; empty for an empty file.
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace lostletter
