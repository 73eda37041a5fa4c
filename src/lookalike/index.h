// SPDX-License-Identifier: Apache-2.0
//
// Names known, in one immutable piece of memory: a file mapped, bytes compiled
// in, or built on the spot. Finds a name, and all from which a typed one can be
// reached: by one or two slips, by a skeleton that is equal, by a label lost in
// front, by another suffix behind the same stem; exactly those of which
// `is_candidate` says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lookalike/index_cell.h"
#include "lookalike/index_entry.h"
#include "lookalike/index_lines.h"
#include "lookalike/names.h"

namespace lostletter::lookalike {

// Any number of threads may ask at the same time. Copies share the bytes. A
// name's number counts from 0 in the order of their U-labels.
class Index {
 public:
  Index() = default;  // knows nothing

  // A name given twice is one with the origins of both. What is no name
  // (domain::Name) or too long is left out.
  static Index build(const std::vector<KnownName>& names);

  // `keep` holds the bytes, which do not change, for as long as it lives.
  // Verifies all of them: the error says what is wrong with "the file", and
  // continues a sentence that begins with its name. REQUIRES: they begin at a
  // multiple of 8.
  static Result<Index> open(std::span<const std::byte> bytes,
                            std::shared_ptr<const void> keep);

  // What open() takes.
  std::span<const std::byte> bytes() const { return bytes_; }

  std::size_t size() const { return size_; }
  // What the bytes are used for, in the order of the file.
  struct Part {
    std::string_view name;
    std::size_t bytes;
  };
  std::vector<Part> parts() const;
  static int format_version();

  // More names are left out.
  static constexpr std::size_t kMostNames = (std::size_t{1} << 23) - 1;

  // Of how many names one says that one corresponds with them.
  std::size_t known_count() const { return known_count_; }

  // The number of exactly this name, lower-case A-labels.
  std::optional<std::uint32_t> find(std::string_view ascii) const;
  // The same of many, several times as fast: memory is waited for on behalf of
  // several at once. REQUIRES: as many places in `found`.
  void find(std::span<const std::string_view> ascii,
            std::span<std::optional<std::uint32_t>> found) const;

  // The numbers of all candidates for `typed`, sorted, each once; `typed`
  // itself is among them when it is known.
  void candidates(const Entry& typed, std::vector<std::uint32_t>& found) const;
  std::vector<std::uint32_t> candidates(const Entry& typed) const {
    std::vector<std::uint32_t> found;
    candidates(typed, found);
    return found;
  }
  // Of one name. The views live as long as the bytes. REQUIRES: number < size()
  std::string_view ascii(std::uint32_t number) const {
    const Cell& cell = cells_[number];
    if (cell.is_long()) return text_of(cell.as_long());
    return {cell.bytes.data(), cell.short_size()};
  }
  std::string_view unicode(std::uint32_t number) const;  // UTF-8, U-labels
  std::size_t suffix(std::uint32_t number) const;  // in code points of unicode
  Origins origins(std::uint32_t number) const;
  Entry entry(std::uint32_t number) const;

 private:
  // Slots in buckets, one bucket behind the other, and where each starts; one
  // start more is where the last one ends. With each start, the far table has a
  // word that tells which keys its bucket has for certain not.
  struct Table {
    std::span<const std::uint32_t> starts;
    std::span<const std::uint32_t> slots;
    std::size_t stride = 1;
    std::size_t buckets = 0;

    std::span<const std::uint32_t> at(std::size_t bucket) const {
      const std::size_t begin = starts[bucket * stride];
      const std::size_t end = starts[(bucket + 1) * stride];
      if (begin > end || end > slots.size()) return {};  // damaged
      return {slots.data() + begin, end - begin};
    }
    // REQUIRES: it has these words.
    std::uint32_t filter(std::size_t bucket) const {
      return starts[bucket * stride + 1];
    }
  };
  // Where a name of this text would be among the whole ones.
  struct Place {
    std::uint32_t key;
    std::size_t bucket;
  };
  Place place_of(std::string_view ascii) const;
  // Calls use(number) for each name that may stand there.
  template <typename Use>
  void each_at(Place place, const Use& use) const;
  std::string_view text_of(const Cell::Long& name) const {
    if (name.begin > text_.size() || name.size > text_.size() - name.begin) {
      return {};  // damaged
    }
    return text_.substr(name.begin, name.size);
  }

  struct Unicode {  // a name that is not ASCII
    std::uint32_t number;
    std::uint32_t end;  // of its text; the one before ends where it begins
  };

  friend class IndexBuilder;
  friend class Search;

  bool is_plain(std::uint32_t number) const {
    const Cell& cell = cells_[number];
    return !cell.is_long() || (cell.as_long().flags & Cell::kNotPlain) == 0;
  }

  std::shared_ptr<const void> keep_;
  std::span<const std::byte> bytes_;
  std::size_t size_ = 0;
  std::size_t known_count_ = 0;
  int number_bits_ = 1;
  std::string_view text_;
  std::span<const Cell> cells_;
  std::span<const std::uint8_t> suffixes_;
  std::span<const std::uint8_t> origins_;
  std::span<const std::uint16_t> ranks_;
  std::span<const Unicode> unicode_;
  std::string_view unicode_text_;
  std::span<const std::uint32_t> signatures_;
  Table near_;
  Table far_;
  Lines whole_;
  std::span<const std::uint64_t> whole_filters_;  // of each line
  Table back_;
  std::span<const std::uint32_t> back_bags_;  // like its slots
};

}  // namespace lostletter::lookalike
