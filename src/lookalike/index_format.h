// SPDX-License-Identifier: Apache-2.0
//
// The index file: a header, a table of sections, the sections. Little-endian,
// each section at a multiple of 64 bytes, a checksum over each.
// docs/formats/index.md describes it byte by byte.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace lostletter::lookalike::format {

static_assert(std::endian::native == std::endian::little,
              "the index is read in place");

inline constexpr std::array<char, 8> kMagic = {'L', 'L', 'I',  'N',
                                               'D', 'X', '\r', '\n'};
// Raised by every change that an older reader would misread. Only this one is
// read: an index is built again in seconds.
inline constexpr std::uint32_t kVersion = 4;
inline constexpr std::size_t kAlignment = 64;
inline constexpr std::size_t kMostSections = 64;

struct Header {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t section_count;
  std::uint64_t file_size;
  std::uint64_t checksum;  // of header and table, with 0 in this place
};
static_assert(sizeof(Header) == 32);

struct Row {  // of the table, behind the header
  std::uint32_t id;
  std::uint32_t reserved;  // 0
  std::uint64_t offset;    // from the start of the file
  std::uint64_t size;      // in bytes
  std::uint64_t checksum;
};
static_assert(sizeof(Row) == 32);

using Bytes = std::span<const std::byte>;

// Not against malice: finds every change of up to eight bytes in a row.
std::uint64_t checksum(Bytes bytes);

// What is to be in a file.
struct Section {
  std::uint32_t id = 0;
  Bytes bytes;
};
std::vector<std::byte> write(std::span<const Section> sections);

// Writes the checksums anew, as a test does that has changed bytes. REQUIRES:
// what write() gave, changed in its sections only.
void seal(std::span<std::byte> file);

// A file whose header, table and checksums are right. Knows nothing of what the
// sections mean.
class File {
 public:
  // The error continues a sentence that begins with the file's name. REQUIRES:
  // `bytes` begin at a multiple of 8, and stay.
  static Result<File> read(Bytes bytes);

  // Empty when there is none.
  Bytes section(std::uint32_t id) const;
  std::span<const Row> rows() const { return rows_; }
  Bytes bytes() const { return bytes_; }

 private:
  Bytes bytes_;
  std::span<const Row> rows_;
};

// The section as an array; the end that is no whole element is not seen.
template <typename T>
std::span<const T> as(Bytes bytes) {
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}
template <typename T>
Bytes bytes_of(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

}  // namespace lostletter::lookalike::format
