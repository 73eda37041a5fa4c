// SPDX-License-Identifier: Apache-2.0
#include "lookalike/index.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/text.h"
#include "lookalike/index_format.h"
#include "lookalike/index_keys.h"

namespace lostletter::lookalike {
namespace {

using namespace keys;

// origins_: tier + 1 of the curated lists in the three low bits, of the other
// lists in the next three, then known.
Origins unpack(std::uint8_t packed, float rank) {
  Origins origins;
  origins.curated = (packed & 7) - 1;
  origins.list = (packed >> 3 & 7) - 1;
  origins.known = (packed & 64) != 0;
  origins.rank = rank > 0 ? rank : 0;  // also of what is not a number
  return origins;
}

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

template <typename Use>
void Index::Table::each(std::uint32_t hash, const Use& use) const {
  const std::size_t group = shift < 32 ? hash >> shift : 0;
  if (group + 1 >= starts.size()) return;
  const std::size_t end =
      std::min<std::size_t>(starts[group + 1], slots.size());
  for (std::size_t i = starts[group]; i < end; ++i) {
    if (slots[i].hash == hash) use(slots[i].number);
  }
}

Result<Index> Index::open(std::span<const std::byte> bytes,
                          std::shared_ptr<const void> keep) {
  const auto file = format::File::read(bytes);
  if (!file) return std::unexpected(file.error());
  const auto counts = format::as<Counts>(file->section(kCounts));
  Index index;
  index.keep_ = std::move(keep);
  index.bytes_ = bytes;
  index.text_ = as_text(file->section(kText));
  index.ends_ = format::as<std::uint32_t>(file->section(kEnds));
  index.suffixes_ = format::as<std::uint8_t>(file->section(kSuffixes));
  index.origins_ = format::as<std::uint8_t>(file->section(kOrigins));
  index.ranks_ = format::as<float>(file->section(kRanks));
  index.unicode_ = format::as<Unicode>(file->section(kUnicode));
  index.unicode_text_ = as_text(file->section(kUnicodeText));
  const auto read_table = [&](Section starts, Section slots) {
    Table table{format::as<std::uint32_t>(file->section(starts)),
                format::as<Slot>(file->section(slots)), 32};
    if (table.starts.size() > 1) {
      table.shift = 33 - static_cast<int>(std::bit_width(
                             std::bit_ceil(table.starts.size() - 1)));
    }
    return table;
  };
  index.deletes_ = read_table(kDeleteStarts, kDeleteSlots);
  index.whole_ = read_table(kWholeStarts, kWholeSlots);
  if (counts.size() != 1 || index.ends_.size() != counts[0].names ||
      index.suffixes_.size() != counts[0].names ||
      index.origins_.size() != counts[0].names ||
      (!index.ranks_.empty() && index.ranks_.size() != counts[0].names)) {
    return fail(
        "is damaged (its sections do not fit each other); build it "
        "again with 'lostletter index build'");
  }
  index.size_ = static_cast<std::size_t>(counts[0].names);
  index.known_count_ = static_cast<std::size_t>(counts[0].known);
  return index;
}

std::string_view Index::ascii(std::uint32_t number) const {
  return piece(text_, number == 0 ? 0 : ends_[number - 1], ends_[number]);
}

std::string_view Index::unicode(std::uint32_t number) const {
  const auto at =
      std::ranges::lower_bound(unicode_, number, {}, &Unicode::number);
  if (at == unicode_.end() || at->number != number) return ascii(number);
  return piece(unicode_text_, at == unicode_.begin() ? 0 : (at - 1)->end,
               at->end);
}

std::size_t Index::suffix(std::uint32_t number) const {
  return suffixes_[number];
}

Origins Index::origins(std::uint32_t number) const {
  return unpack(origins_[number], ranks_.empty() ? 0 : ranks_[number]);
}

Entry Index::entry(std::uint32_t number) const {
  return make_entry(decode_utf8(unicode(number)).value_or(std::u32string()),
                    suffix(number));
}

std::optional<std::uint32_t> Index::find(std::string_view name) const {
  std::optional<std::uint32_t> found;
  whole_.each(hash(kAscii, name), [&](std::uint32_t number) {
    if (number < size_ && ascii(number) == name) found = number;
  });
  return found;
}

void Index::candidates(const Entry& typed,
                       std::vector<std::uint32_t>& found) const {
  found.clear();
  const auto take = [&](std::uint32_t number) {
    if (number < size_) found.push_back(number);
  };
  for_each_delete(
      typed.text.substr(0, kPrefix),
      static_cast<std::size_t>(most_slips(typed.text.size())), 0,
      [&](const auto& piece) { deletes_.each(hash(kDelete, piece), take); });
  whole_.each(hash(kSkeleton, typed.skeleton), take);
  whole_.each(hash(kParent, typed.text), take);
  if (const auto s = stem(typed); !s.empty()) {
    whole_.each(hash(kStem, s), take);
  }
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  std::erase_if(found, [&](std::uint32_t number) {
    return !is_candidate(entry(number), typed);
  });
}

}  // namespace lostletter::lookalike
