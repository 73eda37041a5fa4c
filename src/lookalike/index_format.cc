// SPDX-License-Identifier: Apache-2.0
#include "lookalike/index_format.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <string>

namespace lostletter::lookalike::format {
namespace {

constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15U;

std::uint64_t word_at(Bytes bytes, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at,
              std::min(sizeof word, bytes.size() - at));
  return word;
}

// One step is a bijection of the state for every word, and of the word for
// every state: a change of one word always shows.
std::uint64_t step(std::uint64_t state, std::uint64_t word) {
  return std::rotl((state ^ word) * kFactor, 29);
}

std::size_t round_up(std::size_t size) {
  return (size + kAlignment - 1) / kAlignment * kAlignment;
}

Header header_of(Bytes file) {
  Header header;
  std::memcpy(&header, file.data(), sizeof header);
  return header;
}

std::uint64_t head_checksum(Bytes file, std::size_t section_count) {
  const Bytes read = file.first(sizeof(Header) + section_count * sizeof(Row));
  std::vector<std::byte> head(read.begin(), read.end());
  Header unsealed = header_of(file);
  unsealed.checksum = 0;
  std::memcpy(head.data(), &unsealed, sizeof unsealed);
  return checksum(head);
}

// Is the section where one may be, and what it was?
bool is_whole(const Row& row, Bytes file, std::size_t head_size) {
  return row.offset % kAlignment == 0 && row.offset >= head_size &&
         row.offset <= file.size() && row.size <= file.size() - row.offset;
}

// REQUIRES: the section lies in the file, and so in memory.
Bytes piece(Bytes file, const Row& row) {
  return file.subspan(static_cast<std::size_t>(row.offset),
                      static_cast<std::size_t>(row.size));
}

constexpr std::string_view kRebuild =
    "; build it again with 'lostletter index build'";

}  // namespace

std::uint64_t checksum(Bytes bytes) {
  std::array<std::uint64_t, 4> lanes = {1, 2, 3, 4};
  std::size_t at = 0;
  for (; at + 32 <= bytes.size(); at += 32) {
    std::array<std::uint64_t, 4> words;
    std::memcpy(words.data(), bytes.data() + at, sizeof words);
    for (std::size_t i = 0; i < 4; ++i) lanes[i] = step(lanes[i], words[i]);
  }
  std::uint64_t state = bytes.size();
  for (; at < bytes.size(); at += 8) state = step(state, word_at(bytes, at));
  for (const std::uint64_t lane : lanes) state = step(state, lane);
  return state ^ (state >> 32);
}

std::vector<std::byte> write(std::span<const Section> sections) {
  assert(sections.size() <= kMostSections);
  std::size_t size = round_up(sizeof(Header) + sections.size() * sizeof(Row));
  std::vector<Row> rows;
  for (const Section& section : sections) {
    rows.push_back({section.id, 0, size, section.bytes.size(), 0});
    size = round_up(size + section.bytes.size());
  }
  std::vector<std::byte> file(size);
  const Header header{kMagic, kVersion,
                      static_cast<std::uint32_t>(sections.size()), size, 0};
  std::memcpy(file.data(), &header, sizeof header);
  std::memcpy(file.data() + sizeof header, rows.data(),
              rows.size() * sizeof(Row));
  for (std::size_t i = 0; i < sections.size(); ++i) {
    std::ranges::copy(
        sections[i].bytes,
        file.begin() + static_cast<std::ptrdiff_t>(rows[i].offset));
  }
  seal(file);
  return file;
}

void seal(std::span<std::byte> file) {
  Header header = header_of(file);
  for (std::size_t i = 0; i < header.section_count; ++i) {
    std::byte* const at = file.data() + sizeof(Header) + i * sizeof(Row);
    Row row;
    std::memcpy(&row, at, sizeof row);
    row.checksum = checksum(piece(file, row));
    std::memcpy(at, &row, sizeof row);
  }
  header.checksum = head_checksum(file, header.section_count);
  std::memcpy(file.data(), &header, sizeof header);
}

Result<File> File::read(Bytes bytes) {
  assert(reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 == 0);
  if (bytes.empty()) {
    return fail("is empty, not an index of names" + std::string(kRebuild));
  }
  const std::size_t seen = std::min(bytes.size(), kMagic.size());
  if (std::memcmp(bytes.data(), kMagic.data(), seen) != 0) {
    return fail(
        "is not an index of names; 'lostletter index build' makes one "
        "from a list");
  }
  const auto cut = [&] { return fail("is cut short" + std::string(kRebuild)); };
  if (bytes.size() < sizeof(Header)) return cut();
  const Header header = header_of(bytes);
  if (header.version > kVersion) {
    return fail("has format " + std::to_string(header.version) +
                ", this program reads " + std::to_string(kVersion) +
                "; update lostletter, or build the index again with this one");
  }
  if (header.version < kVersion) {
    return fail("has format " + std::to_string(header.version) +
                ", this program reads " + std::to_string(kVersion) +
                std::string(kRebuild));
  }
  const auto damaged = [&](const std::string& where) {
    return fail("is damaged (" + where + ")" + std::string(kRebuild));
  };
  const std::size_t head_size =
      sizeof(Header) + std::size_t{header.section_count} * sizeof(Row);
  if (header.section_count > kMostSections) {
    return damaged("header");
  }
  if (bytes.size() < head_size || bytes.size() < header.file_size) return cut();
  if (head_checksum(bytes, header.section_count) != header.checksum ||
      bytes.size() != header.file_size) {
    return damaged("header");
  }
  File file;
  file.bytes_ = bytes;
  file.rows_ = {reinterpret_cast<const Row*>(bytes.data() + sizeof(Header)),
                header.section_count};
  for (const Row& row : file.rows_) {
    if (!is_whole(row, bytes, head_size) ||
        checksum(piece(bytes, row)) != row.checksum) {
      return damaged("section " + std::to_string(row.id));
    }
  }
  return file;
}

Bytes File::section(std::uint32_t id) const {
  const auto row = std::ranges::find(rows_, id, &Row::id);
  if (row == rows_.end()) return {};
  return piece(bytes_, *row);
}

}  // namespace lostletter::lookalike::format
