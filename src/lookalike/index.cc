// SPDX-License-Identifier: Apache-2.0
#include "lookalike/index.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "lookalike/index_format.h"
#include "lookalike/index_keys.h"

namespace lostletter::lookalike {
namespace {

using namespace keys;

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The piece before ends[i], behind ends[i - 1]; empty when they make no sense.
template <typename Ends>
std::string_view piece(std::string_view text, std::size_t begin, Ends end) {
  if (begin > end || end > text.size()) return {};
  return text.substr(begin, end - begin);
}

}  // namespace

Result<Index> Index::open(std::span<const std::byte> bytes,
                          std::shared_ptr<const void> keep) {
  const auto file = format::File::read(bytes);
  if (!file) return std::unexpected(file.error());
  const auto counts = format::as<Counts>(file->section(kCounts));
  Index index;
  index.keep_ = std::move(keep);
  index.bytes_ = bytes;
  index.text_ = as_text(file->section(kText));
  index.cells_ = format::as<Cell>(file->section(kCells));
  index.suffixes_ = format::as<std::uint8_t>(file->section(kSuffixes));
  index.origins_ = format::as<std::uint8_t>(file->section(kOrigins));
  index.ranks_ = format::as<std::uint16_t>(file->section(kRanks));
  index.unicode_ = format::as<Unicode>(file->section(kUnicode));
  index.unicode_text_ = as_text(file->section(kUnicodeText));
  index.signatures_ = format::as<std::uint32_t>(file->section(kSignatures));
  const std::size_t size = index.suffixes_.size();
  index.whole_filters_ =
      format::as<std::uint64_t>(file->section(kWholeFilters));
  index.back_bags_ = format::as<std::uint32_t>(file->section(kBackBags));
  const auto read_table = [&](Section starts, Section slots, std::size_t stride,
                              Table& table) {
    table = {format::as<std::uint32_t>(file->section(starts)),
             format::as<std::uint32_t>(file->section(slots)), stride};
    if (table.starts.size() < 2 * stride || table.slots.size() < kSpare)
      return false;
    table.buckets = table.starts.size() / stride - 1;
    table.slots = table.slots.first(table.slots.size() - kSpare);
    return true;
  };
  const bool fits =
      counts.size() == 1 && counts[0].names == size &&
      size <= Index::kMostNames && index.cells_.size() == size + kSpareCells &&
      index.origins_.size() == size && index.signatures_.size() == size &&
      (index.ranks_.empty() || index.ranks_.size() == size) &&
      read_table(kNearStarts, kNearSlots, 1, index.near_) &&
      read_table(kFarStarts, kFarSlots, 2, index.far_) &&
      index.whole_.set(format::as<std::uint32_t>(file->section(kWholeLines)),
                       format::as<std::uint32_t>(file->section(kWholeRests))) &&
      index.whole_filters_.size() == index.whole_.buckets() &&
      read_table(kBackStarts, kBackSlots, 1, index.back_) &&
      index.back_bags_.size() == index.back_.slots.size() + kSpare;
  if (!fits) {
    return fail(
        "is damaged (its sections do not fit each other); build it "
        "again with 'lostletter index build'");
  }
  index.size_ = size;
  index.known_count_ = static_cast<std::size_t>(counts[0].known);
  index.number_bits_ = Layout::for_names(size).bits;
  return index;
}

std::string_view Index::unicode(std::uint32_t number) const {
  if (is_plain(number)) return ascii(number);
  const auto at =
      std::ranges::lower_bound(unicode_, number, {}, &Unicode::number);
  if (at == unicode_.end() || at->number != number) return ascii(number);
  return piece(unicode_text_, at == unicode_.begin() ? 0 : (at - 1)->end,
               at->end);
}

std::size_t Index::suffix(std::uint32_t number) const {
  return suffixes_[number];
}

int Index::format_version() { return static_cast<int>(format::kVersion); }

std::vector<Index::Part> Index::parts() const {
  constexpr std::array<std::string_view, 20> kNames = {
      "",          "counts",     "long names",  "names",
      "suffixes",  "origins",    "ranks",       "unicode",
      "U-labels",  "signatures", "near keys",   "near slots",
      "far keys",  "far slots",  "whole lines", "whole rests",
      "back keys", "back slots", "back bags",   "whole keys"};
  std::vector<Part> parts;
  const auto file = format::File::read(bytes_);
  if (!file) return parts;  // opened once, so it was whole
  for (const format::Row& row : file->rows()) {
    parts.push_back({row.id < kNames.size() ? kNames[row.id] : "unknown",
                     static_cast<std::size_t>(row.size)});
  }
  return parts;
}

// origins_: tier + 1 of the curated lists in the three low bits, of the other
// lists in the next three, then known.
Origins Index::origins(std::uint32_t number) const {
  const std::uint8_t packed = origins_[number];
  Origins origins;
  origins.curated = (packed & 7) - 1;
  origins.list = (packed >> 3 & 7) - 1;
  origins.known = (packed & 64) != 0;
  origins.rank = ranks_.empty() ? 0 : unpack_rank(ranks_[number]);
  return origins;
}

Entry Index::entry(std::uint32_t number) const {
  return make_entry(decode_utf8(unicode(number)).value_or(std::u32string()),
                    suffix(number));
}

Index::Place Index::place_of(std::string_view name) const {
  const std::uint32_t key = whole_key(kAsText, name);
  return {key, bucket(key, whole_.buckets())};
}

template <typename Use>
void Index::each_at(Place place, const Use& use) const {
  const Layout layout{number_bits_};
  whole_.each_marked(place.bucket, mark_of(place.key), number_bits_,
                     [&](std::uint32_t slot) {
                       const std::uint32_t number = layout.number(slot);
                       if (number < size_) use(number);
                     });
}

std::optional<std::uint32_t> Index::find(std::string_view name) const {
  std::optional<std::uint32_t> found;
  if (size_ == 0) return found;
  each_at(place_of(name), [&](auto number) {
    if (ascii(number) == name) found = number;
  });
  return found;
}

void Index::find(std::span<const std::string_view> names,
                 std::span<std::optional<std::uint32_t>> found) const {
  constexpr std::size_t kTogether = 16;
  std::array<Place, kTogether> places;
  std::ranges::fill(found, std::nullopt);
  for (std::size_t begin = 0; size_ > 0 && begin < names.size();
       begin += kTogether) {
    const std::size_t count = std::min(kTogether, names.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      places[i] = place_of(names[begin + i]);
      whole_.prefetch(places[i].bucket);
    }
    for (const Place& one : std::span(places).first(count)) {
      each_at(one, [&](auto number) { __builtin_prefetch(&cells_[number]); });
    }
    for (std::size_t i = 0; i < count; ++i) {
      each_at(places[i], [&](auto number) {
        if (ascii(number) == names[begin + i]) found[begin + i] = number;
      });
    }
  }
}

}  // namespace lostletter::lookalike
