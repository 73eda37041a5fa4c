// SPDX-License-Identifier: Apache-2.0
//
// The unpacked bytes of a file, block by block. What packs them (gzip, zstd,
// xz, bzip2) is seen from their beginning; text in UTF-16 is handed out as
// UTF-8. Memory: two blocks, and what the unpacking needs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "archive/utf16.h"
#include "base/result.h"

namespace lostletter::archive {

class Bytes {
 public:
  // "-" is standard input. Errors name the path and the reason.
  static Result<std::unique_ptr<Bytes>> open(const std::string& path);
  static Result<std::unique_ptr<Bytes>> of_memory(std::string content);
  // Of a plain file those from `begin` on, up to before `end`.
  static Result<std::unique_ptr<Bytes>> open_piece(const std::string& path,
                                                   std::uint64_t begin,
                                                   std::uint64_t end);

  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes();

  // The first 64 KiB or more, or all there is; next() gives them again.
  static constexpr std::size_t kHead = std::size_t{64} << 10U;
  const std::string& head() const { return head_; }

  // The next block; empty at the end. Lives until the next call.
  std::string_view next();

  // Why the packed data ended before its end; empty when it did not.
  const std::string& damage() const { return damage_; }
  // "gzip", "gzip, UTF-16", or empty.
  std::string packing() const;
  // Up to `size` bytes of a plain file from `offset` on, without moving on in
  // it; empty where there is no going back (a pipe, packed data).
  std::string peek(std::uint64_t offset, std::size_t size) const;
  // Of the file, so far.
  std::uint64_t packed_bytes() const;

 private:
  struct Closer {
    void operator()(void* reader) const;
  };

  Bytes();
  Result<void> start(const std::string& path);
  std::string_view read();
  std::string_view read_packed();
  std::string_view read_plain();

  int fd_ = -1;
  std::string content_;  // of_memory
  // A plain file is read without libarchive, which copies.
  bool is_plain_ = false;
  std::uint64_t at_ = 0;
  std::uint64_t end_ = 0;  // 0: the file's
  std::string block_;
  std::optional<Utf16> utf16_;
  std::string head_;
  bool head_is_given_ = false;
  std::string damage_;
  // A struct archive of libarchive, whose name would hide this folder's. Reads
  // from the above.
  std::unique_ptr<void, Closer> reader_;
};

}  // namespace lostletter::archive
