// SPDX-License-Identifier: Apache-2.0
//
// From names to the bytes of an index.
#include <algorithm>
#include <bit>
#include <map>
#include <string>
#include <utility>

#include "base/text.h"
#include "domain/name.h"
#include "lookalike/index.h"
#include "lookalike/index_format.h"
#include "lookalike/index_keys.h"
#include "lookalike/typed.h"

namespace lostletter::lookalike {

using namespace keys;

namespace {

std::uint8_t pack(const Origins& origins) {
  return static_cast<std::uint8_t>((origins.curated + 1) |
                                   (origins.list + 1) << 3 |
                                   (origins.known ? 64 : 0));
}

}  // namespace

class IndexBuilder {
 public:
  void add(const domain::Name& name, const Origins& origins);
  std::vector<std::byte> finish();

 private:
  struct Slots {
    std::vector<std::uint32_t> starts;
    std::vector<Index::Slot> slots;
  };
  static Slots group(const std::vector<Index::Slot>& all);

  Counts counts_{};
  std::string text_;
  std::vector<std::uint32_t> ends_;
  std::vector<std::uint8_t> suffixes_;
  std::vector<std::uint8_t> origins_;
  std::vector<float> ranks_;
  std::vector<Index::Unicode> unicode_;
  std::string unicode_text_;
  std::vector<Index::Slot> deletes_;
  std::vector<Index::Slot> whole_;
};

void IndexBuilder::add(const domain::Name& name, const Origins& origins) {
  auto text = decode_utf8(name.unicode());
  if (!text) return;
  const auto number = static_cast<std::uint32_t>(ends_.size());
  const std::size_t suffix = suffix_start(name.ascii(), *text);
  const Entry entry = make_entry(std::move(*text), suffix);
  ++counts_.names;
  counts_.known += origins.known ? 1 : 0;
  text_ += name.ascii();
  ends_.push_back(static_cast<std::uint32_t>(text_.size()));
  suffixes_.push_back(static_cast<std::uint8_t>(suffix));
  origins_.push_back(pack(origins));
  ranks_.push_back(origins.rank);
  if (&name.unicode() != &name.ascii()) {
    unicode_text_ += name.unicode();
    unicode_.push_back(
        {number, static_cast<std::uint32_t>(unicode_text_.size())});
  }
  whole_.push_back({hash(kAscii, name.ascii()), number});
  whole_.push_back({hash(kSkeleton, entry.skeleton), number});
  if (const auto parent = without_first_label(entry); !parent.empty()) {
    whole_.push_back({hash(kParent, parent), number});
  }
  if (const auto s = stem(entry); !s.empty()) {
    whole_.push_back({hash(kStem, s), number});
  }
  for_each_delete(entry.text.substr(0, kPrefix),
                  static_cast<std::size_t>(most_slips(entry.text.size())), 0,
                  [&](const std::u32string& piece) {
                    deletes_.push_back({hash(kDelete, piece), number});
                  });
}

// Grouped by their top bits, about two slots a group: a counting sort.
IndexBuilder::Slots IndexBuilder::group(const std::vector<Index::Slot>& all) {
  const int bits =
      std::clamp(static_cast<int>(std::bit_width(all.size() / 2)), 1, 28);
  const int shift = 32 - bits;
  Slots grouped;
  grouped.starts.assign((std::size_t{1} << bits) + 1, 0);
  for (const auto& slot : all) ++grouped.starts[(slot.hash >> shift) + 1];
  for (std::size_t i = 1; i < grouped.starts.size(); ++i) {
    grouped.starts[i] += grouped.starts[i - 1];
  }
  grouped.slots.resize(all.size());
  std::vector<std::uint32_t> next(grouped.starts.begin(),
                                  grouped.starts.end() - 1);
  for (const auto& slot : all) {
    grouped.slots[next[slot.hash >> shift]++] = slot;
  }
  return grouped;
}

std::vector<std::byte> IndexBuilder::finish() {
  const Slots deletes = group(deletes_);
  const Slots whole = group(whole_);
  const bool ranked =
      std::ranges::any_of(ranks_, [](float r) { return r > 0; });
  if (!ranked) ranks_.clear();
  const std::vector<Counts> counts = {counts_};
  const auto text = [](const std::string& t) {
    return std::as_bytes(std::span(t));
  };
  const format::Section sections[] = {
      {kCounts, format::bytes_of(counts)},
      {kText, text(text_)},
      {kEnds, format::bytes_of(ends_)},
      {kSuffixes, format::bytes_of(suffixes_)},
      {kOrigins, format::bytes_of(origins_)},
      {kRanks, format::bytes_of(ranks_)},
      {kUnicode, format::bytes_of(unicode_)},
      {kUnicodeText, text(unicode_text_)},
      {kDeleteStarts, format::bytes_of(deletes.starts)},
      {kDeleteSlots, format::bytes_of(deletes.slots)},
      {kWholeStarts, format::bytes_of(whole.starts)},
      {kWholeSlots, format::bytes_of(whole.slots)},
  };
  return format::write(sections);
}

Index Index::build(const std::vector<KnownName>& names) {
  std::map<std::string_view, Origins> merged;
  for (const KnownName& known : names) {
    merged[known.name].add(known.source, known.weight);
  }
  IndexBuilder builder;
  for (const auto& [text, origins] : merged) {
    const auto name = domain::Name::parse(text);
    if (name && name->ascii() == text) builder.add(*name, origins);
  }
  auto bytes = std::make_shared<const std::vector<std::byte>>(builder.finish());
  auto index = open(*bytes, bytes);
  return std::move(*index);
}

}  // namespace lostletter::lookalike
