// SPDX-License-Identifier: Apache-2.0
//
// libarchive's filters without its formats: "raw" is one entry, whatever the
// bytes are.
#include "archive/bytes.h"

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lostletter::archive {
namespace {

constexpr std::size_t kBlock = std::size_t{256} << 10U;

::archive* of(void* reader) { return static_cast<::archive*>(reader); }

std::string reason(int number) {
  return std::generic_category().message(number);
}

}  // namespace

void Bytes::Closer::operator()(void* reader) const {
  archive_read_free(of(reader));
}

Bytes::Bytes() : reader_(archive_read_new()) {
  if (!reader_) throw std::bad_alloc();
  // Not those whose mark is so short that text could have it (compress, lzma).
  archive_read_support_filter_gzip(of(reader_.get()));
  archive_read_support_filter_bzip2(of(reader_.get()));
  archive_read_support_filter_xz(of(reader_.get()));
  archive_read_support_filter_zstd(of(reader_.get()));
  archive_read_support_format_raw(of(reader_.get()));
  archive_read_support_format_empty(of(reader_.get()));
}

Bytes::~Bytes() {
  if (fd_ > STDIN_FILENO) ::close(fd_);
}

Result<std::unique_ptr<Bytes>> Bytes::open(const std::string& path) {
  std::unique_ptr<Bytes> bytes(new Bytes);
  bytes->fd_ =
      path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (bytes->fd_ < 0) {
    return fail("cannot open '" + path + "': " + reason(errno));
  }
  if (archive_read_open_fd(of(bytes->reader_.get()), bytes->fd_, kBlock) !=
      ARCHIVE_OK) {
    return fail("cannot read '" + path +
                "': " + reason(archive_errno(of(bytes->reader_.get()))));
  }
  if (auto started = bytes->start(path); !started) {
    return std::unexpected(started.error());
  }
  return bytes;
}

Result<std::unique_ptr<Bytes>> Bytes::of_memory(std::string content) {
  std::unique_ptr<Bytes> bytes(new Bytes);
  bytes->content_ = std::move(content);
  if (archive_read_open_memory(of(bytes->reader_.get()), bytes->content_.data(),
                               bytes->content_.size()) != ARCHIVE_OK) {
    bytes->damage_ = "unreadable";
    return bytes;
  }
  if (auto started = bytes->start("memory"); !started) {
    return std::unexpected(started.error());
  }
  return bytes;
}

Result<std::unique_ptr<Bytes>> Bytes::open_piece(const std::string& path,
                                                 std::uint64_t begin,
                                                 std::uint64_t end) {
  auto bytes = open(path);
  if (!bytes) return bytes;
  if (!(*bytes)->is_plain_) {
    return fail("cannot read '" + path + "' in pieces: it is packed");
  }
  (*bytes)->head_is_given_ = true;
  (*bytes)->at_ = begin;
  (*bytes)->end_ = end;
  return bytes;
}

Result<void> Bytes::start(const std::string& path) {
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(of(reader_.get()), &entry);
  if (status == ARCHIVE_EOF) {
    head_is_given_ = true;
    return {};
  }
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
    const int number = archive_errno(of(reader_.get()));
    // A folder, a failing disk. Damage has no number of the system's.
    if (number > 0 && number < 200 && number != EILSEQ) {
      return fail("cannot read '" + path + "': " + reason(number));
    }
    damage_ = "unreadable";
    head_is_given_ = true;
    return {};
  }
  while (head_.size() < kHead) {
    const auto block = read();
    if (block.empty()) break;
    if (head_.empty() && has_utf16_mark(block)) {
      head_ = utf16_.emplace().decode(block);
    } else {
      head_ += block;
    }
  }
  struct stat file{};
  is_plain_ = fd_ > STDIN_FILENO && packing().empty() &&
              ::fstat(fd_, &file) == 0 && S_ISREG(file.st_mode);
  at_ = head_.size();
  return {};
}

std::string_view Bytes::next() {
  if (!std::exchange(head_is_given_, true) && !head_.empty()) return head_;
  return damage_.empty() ? read() : std::string_view();
}

std::string_view Bytes::read_plain() {
  block_.resize(kBlock);
  const auto size = end_ == 0
                        ? kBlock
                        : static_cast<std::size_t>(std::min<std::uint64_t>(
                              kBlock, end_ - std::min(end_, at_)));
  const auto got = ::pread(fd_, block_.data(), size, static_cast<off_t>(at_));
  if (got < 0) damage_ = reason(errno);
  if (got <= 0) return {};
  at_ += static_cast<std::uint64_t>(got);
  return std::string_view(block_).substr(0, static_cast<std::size_t>(got));
}

std::string_view Bytes::read() {
  if (!utf16_) return is_plain_ ? read_plain() : read_packed();
  while (true) {
    const auto block = read_packed();
    if (block.empty()) return {};
    block_ = utf16_->decode(block);
    if (!block_.empty()) return block_;
  }
}

std::string_view Bytes::read_packed() {
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  while (damage_.empty()) {
    const int status =
        archive_read_data_block(of(reader_.get()), &block, &size, &offset);
    if (status == ARCHIVE_EOF) break;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
      damage_ = "damaged";
      break;
    }
    if (size > 0) return {static_cast<const char*>(block), size};
  }
  return {};
}

std::string Bytes::packing() const {
  std::string names;
  // The last filter is the one that reads the file.
  for (int i = 0; i + 1 < archive_filter_count(of(reader_.get())); ++i) {
    names.insert(0, std::string(archive_filter_name(of(reader_.get()), i)) +
                        (names.empty() ? "" : ", "));
  }
  if (utf16_) names += names.empty() ? "UTF-16" : ", UTF-16";
  return names;
}

std::string Bytes::peek(std::uint64_t offset, std::size_t size) const {
  if (!packing().empty()) return {};
  if (fd_ < 0) {
    return offset < content_.size()
               ? content_.substr(static_cast<std::size_t>(offset), size)
               : std::string();
  }
  std::string text(size, '\0');
  const auto got =
      ::pread(fd_, text.data(), text.size(), static_cast<off_t>(offset));
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

std::uint64_t Bytes::packed_bytes() const {
  if (is_plain_) return at_;
  const auto bytes = archive_filter_bytes(of(reader_.get()), -1);
  return bytes > 0 ? static_cast<std::uint64_t>(bytes) : 0;
}

}  // namespace lostletter::archive
