// SPDX-License-Identifier: Apache-2.0
//
// From names to the bytes of an index.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/text.h"
#include "domain/name.h"
#include "lookalike/index.h"
#include "lookalike/index_format.h"
#include "lookalike/index_keys.h"
#include "lookalike/index_tables.h"
#include "lookalike/typed.h"

namespace lostletter::lookalike {

using namespace keys;

namespace {

std::uint8_t pack_origins(const Origins& origins) {
  return static_cast<std::uint8_t>((origins.curated + 1) |
                                   (origins.list + 1) << 3 |
                                   (origins.known ? 64 : 0));
}

std::string symbols_of(std::u32string_view text) {
  std::string symbols;
  symbols.reserve(text.size());
  for (const char32_t c : text) symbols += symbol(c);
  return symbols;
}

template <typename Keys>
void sort_unique(Keys& keys, std::size_t& count) {
  std::ranges::sort(keys);
  count = static_cast<std::size_t>(std::ranges::unique(keys).begin() -
                                   keys.begin());
}

}  // namespace

// So many of the fifteen slots that fit into a line are used on average: more
// and one looks elsewhere too often, fewer and the file is larger.
constexpr std::size_t kWholeFull = 12;

class IndexBuilder {
 public:
  // In the order of the U-labels.
  void add(const domain::Name& name, const Origins& origins);
  std::vector<std::byte> finish();

 private:
  // What of a name the tables need.
  struct View {
    std::uint32_t number;
    std::string_view ascii;
    std::string_view unicode;
    Symbols text;
    std::size_t suffix;
  };
  View view(std::uint32_t number) const;
  Cell make_cell(const View& name);
  void add_slots();
  void add_near(std::uint32_t first, std::uint32_t end, std::uint64_t head);
  void add_near_name(std::uint32_t number, std::uint64_t head);
  void add_far(const View& name);
  void add_back(const View& name);
  void add_whole(const View& name);

  Counts counts_{};
  std::string names_;  // all of them
  std::vector<std::size_t> ends_;
  std::vector<Cell> cells_;
  std::string text_;  // of long ones
  std::vector<std::uint8_t> suffixes_;
  std::vector<std::uint8_t> origins_;
  std::vector<std::uint16_t> ranks_;
  std::vector<Index::Unicode> unicode_;
  std::string unicode_text_;
  std::vector<std::uint32_t> signatures_;
  struct NotPlain {
    std::string unicode;
    std::string symbols;
  };
  std::map<std::uint32_t, NotPlain> not_plain_;  // by number

  Layout layout_;
  TableBuilder near_;
  TableBuilder far_;
  TableBuilder back_;
  TableBuilder whole_;
};

void IndexBuilder::add(const domain::Name& name, const Origins& origins) {
  const auto text = decode_utf8(name.unicode());
  if (!text || ends_.size() == Index::kMostNames) return;
  const auto number = static_cast<std::uint32_t>(ends_.size());
  ++counts_.names;
  counts_.known += origins.known ? 1 : 0;
  names_ += name.ascii();
  ends_.push_back(names_.size());
  suffixes_.push_back(
      static_cast<std::uint8_t>(suffix_start(name.ascii(), *text)));
  origins_.push_back(pack_origins(origins));
  ranks_.push_back(pack_rank(origins.rank));
  if (&name.unicode() != &name.ascii()) {
    unicode_text_ += name.unicode();
    unicode_.push_back(
        {number, static_cast<std::uint32_t>(unicode_text_.size())});
    not_plain_.emplace(number, NotPlain{name.unicode(), symbols_of(*text)});
  }
  const View view = this->view(number);
  signatures_.push_back(signature_of(tail_of(view.text)));
  cells_.push_back(make_cell(view));
}

Cell IndexBuilder::make_cell(const View& name) {
  const bool plain = name.unicode.data() == name.ascii.data();
  Cell cell{};
  if (plain && name.ascii.size() <= Cell::kMost) {
    std::ranges::copy(name.ascii, cell.bytes.begin());
    return cell;
  }
  Cell::Long other{};
  other.begin = static_cast<std::uint32_t>(text_.size());
  other.bag = signature_of(name.text);
  other.size = static_cast<std::uint8_t>(name.ascii.size());
  other.flags = Cell::kLong | (plain ? 0 : Cell::kNotPlain);
  text_ += name.ascii;
  return {std::bit_cast<decltype(cell.bytes)>(other)};
}

IndexBuilder::View IndexBuilder::view(std::uint32_t number) const {
  const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
  const std::string_view ascii =
      std::string_view(names_).substr(begin, ends_[number] - begin);
  const std::size_t suffix = suffixes_[number];
  const auto other = not_plain_.find(number);
  if (other == not_plain_.end()) return {number, ascii, ascii, ascii, suffix};
  return {number, ascii, other->second.unicode, other->second.symbols, suffix};
}

// Names that begin alike stand together; [first, end) do.
void IndexBuilder::add_near(std::uint32_t first, std::uint32_t end,
                            std::uint64_t head) {
  OneLess shorter = one_less(head);
  std::size_t different = 0;
  sort_unique(shorter, different);
  for (std::uint32_t at = first; at < end;) {
    const std::uint32_t count = std::min(end - at, Layout::kLongestRun);
    const auto put = [&](std::uint32_t key) {
      near_.add(key, layout_.make_run(at, count, mark_of(key)));
    };
    put(head_key(head));
    for (std::size_t i = 0; i < different && end - first >= kLeastRun; ++i) {
      put(near_key(shorter[i]));
    }
    at += count;
  }
  if (end - first >= kLeastRun) return;
  for (std::uint32_t at = first; at < end; ++at) add_near_name(at, head);
}

void IndexBuilder::add_near_name(std::uint32_t number, std::uint64_t head) {
  OneLess shorter = one_less(head);
  std::size_t different = 0;
  sort_unique(shorter, different);
  for (std::size_t i = 0; i < different; ++i) {
    const std::uint32_t key = near_key(shorter[i]);
    near_.add(key, layout_.make_one(number, signatures_[number], mark_of(key)));
  }
}

void IndexBuilder::add_far(const View& name) {
  const std::size_t size = name.text.size();
  if (size < kLongEnough || size >= kLongName) return;
  const std::uint32_t tail = tail_hash(tail_of(name.text));
  const auto add = [&](auto shorter, auto key_of) {
    std::size_t different = 0;
    sort_unique(shorter, different);
    for (std::size_t i = 0; i < different; ++i) {
      const std::uint32_t key = key_of(shorter[i]);
      far_.add(key, layout_.make(name.number, tail ^ mark_of(key)));
    }
  };
  if (size < kMiddling) {
    add(two_less<kTail>(name.text), short_key);
  } else {
    const std::uint64_t end = far_end(name.text);
    add(two_less<kHead>(name.text),
        [&](std::uint64_t two) { return middling_key(two, end); });
  }
}

void IndexBuilder::add_back(const View& name) {
  if (name.text.size() < kLongName) return;
  const std::uint32_t key = name.text.size() < kVeryLongName
                                ? back_key(name.text)
                                : long_back_key(name.text);
  back_.add(key, layout_.make(name.number, mark_of(key)));
}

void IndexBuilder::add_whole(const View& name) {
  const auto put = [&](Kind kind, std::string_view text) {
    const std::uint32_t key = whole_key(kind, text);
    whole_.add(key, layout_.make(name.number, mark_of(key)));
  };
  put(kAsText, name.ascii);
  std::string looks = skeleton_of(name.unicode);
  looks.resize(readable_skeleton(looks, looks.data()).size());
  if (looks != name.ascii) put(kAsText, looks);
  const auto dot = name.text.find('.');
  if (dot != name.text.npos && dot + 1 < name.suffix) {
    put(kAsParent, name.text.substr(dot + 1));
  }
  if (name.suffix >= 2 && name.suffix < name.text.size()) {
    put(kAsStem, name.text.substr(0, name.suffix));
  }
}

void IndexBuilder::add_slots() {
  const auto size = static_cast<std::uint32_t>(ends_.size());
  std::uint32_t first = 0;
  std::uint64_t head = 0;
  for (std::uint32_t number = 0; number < size; ++number) {
    const View name = view(number);
    const std::uint64_t own = head_of(name.text);
    if (number > first && own != head) {
      add_near(first, number, head);
      first = number;
    }
    head = own;
    add_far(name);
    add_back(name);
    add_whole(name);
  }
  if (first < size) add_near(first, size, head);
}

std::vector<std::byte> IndexBuilder::finish() {
  layout_ = Layout::for_names(ends_.size());
  add_slots();
  if (std::ranges::all_of(ranks_, [](auto r) { return r == 0; })) {
    ranks_.clear();
  }
  const std::vector<Counts> counts = {counts_};
  const auto near = near_.finish(4);
  const auto far = far_.finish_filtered(8);
  const auto whole = whole_.finish_lines(kWholeFull);
  cells_.resize(cells_.size() + kSpareCells, {});
  const auto back = back_.finish(8);
  std::vector<std::uint32_t> back_bags(back.slots.size(), 0);
  for (std::size_t i = 0; i + kSpare < back.slots.size(); ++i) {
    back_bags[i] = signature_of(view(layout_.number(back.slots[i])).text);
  }
  const auto text = [](const std::string& t) {
    return std::as_bytes(std::span(t));
  };
  const format::Section sections[] = {
      {kCounts, format::bytes_of(counts)},
      {kText, text(text_)},
      {kCells, format::bytes_of(cells_)},
      {kSuffixes, format::bytes_of(suffixes_)},
      {kOrigins, format::bytes_of(origins_)},
      {kRanks, format::bytes_of(ranks_)},
      {kUnicode, format::bytes_of(unicode_)},
      {kUnicodeText, text(unicode_text_)},
      {kSignatures, format::bytes_of(signatures_)},
      {kNearStarts, format::bytes_of(near.starts)},
      {kNearSlots, format::bytes_of(near.slots)},
      {kFarStarts, format::bytes_of(far.starts)},
      {kFarSlots, format::bytes_of(far.slots)},
      {kWholeLines, format::bytes_of(whole.lines)},
      {kWholeRests, format::bytes_of(whole.rests)},
      {kBackStarts, format::bytes_of(back.starts)},
      {kBackSlots, format::bytes_of(back.slots)},
      {kBackBags, format::bytes_of(back_bags)},
      {kWholeFilters, format::bytes_of(whole.filters)},
  };
  return format::write(sections);
}

Index Index::build(const std::vector<KnownName>& names) {
  std::vector<std::pair<domain::Name, Origins>> merged;
  merged.reserve(names.size());
  for (const KnownName& known : names) {
    auto name = domain::Name::parse(known.name);
    if (!name || name->ascii() != known.name) continue;
    Origins origins;
    origins.add(known.source, known.weight);
    merged.emplace_back(std::move(*name), origins);
  }
  std::ranges::sort(merged, {}, [](const auto& one) -> const std::string& {
    return one.first.unicode();
  });
  IndexBuilder builder;
  for (auto at = merged.begin(); at != merged.end();) {
    Origins origins;
    const auto& name = at->first;
    for (; at != merged.end() && at->first == name; ++at) {
      origins.add(at->second);
    }
    builder.add(name, origins);
  }
  // It takes more than what is built; assigned from {} it would keep it.
  merged = decltype(merged)();
  auto bytes = std::make_shared<const std::vector<std::byte>>(builder.finish());
  auto index = open(*bytes, bytes);
  return std::move(*index);
}

}  // namespace lostletter::lookalike
