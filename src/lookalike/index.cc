// SPDX-License-Identifier: Apache-2.0
#include "lookalike/index.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/text.h"
#include "domain/skeleton.h"
#include "lookalike/distance.h"

namespace lostletter::lookalike {
namespace {

// Two strings within two edits share a string made of the first kPrefix
// characters of each by at most two deletions.
constexpr std::size_t kPrefix = 7;
constexpr std::size_t kMost = 2;

template <typename Text>
std::uint64_t hash(const Text& text) {
  std::uint64_t h = 0xcbf29ce484222325U;  // FNV-1a, 64 bits
  for (const auto c : text) {
    h ^= static_cast<std::uint64_t>(static_cast<std::uint32_t>(c));
    h *= 0x100000001b3U;
  }
  return h ^ (h >> 29);
}

std::uint32_t short_hash(std::u32string_view text) {
  return static_cast<std::uint32_t>((hash(text) * 0x9E3779B97F4A7C15U) >> 32);
}

// Calls use(string) for every string made from `text` by up to `most`
// deletions; the same one may come twice.
template <typename Use>
void for_each_delete(const std::u32string& text, std::size_t most,
                     std::size_t from, const Use& use) {
  use(text);
  if (most == 0) return;
  for (std::size_t i = from; i < text.size(); ++i) {
    std::u32string shorter = text;
    shorter.erase(i, 1);
    for_each_delete(shorter, most - 1, i, use);
  }
}

std::size_t deletes_for(std::size_t length) {
  return length >= kLongEnough ? kMost : 1;
}

std::u32string_view without_first_label(const Entry& entry) {
  const std::u32string_view text = entry.text;
  const auto dot = text.find(U'.');
  if (dot == text.npos || dot + 1 >= entry.suffix) return {};
  return text.substr(dot + 1);
}

std::u32string_view stem(const Entry& entry) {
  if (entry.suffix < 2 || entry.suffix >= entry.text.size()) return {};
  return std::u32string_view(entry.text).substr(0, entry.suffix);
}

template <typename Map, typename Numbers>
void append_equal(const Map& map, std::uint64_t key, Numbers& found) {
  const auto [first, last] = map.equal_range(key);
  for (auto at = first; at != last; ++at) found.push_back(at->second);
}

}  // namespace

Entry make_entry(std::u32string text, std::size_t suffix) {
  std::string looks = domain::skeleton(encode_utf8(text));
  return {std::move(text), suffix, std::move(looks)};
}

bool is_candidate(const Entry& known, const Entry& typed) {
  const std::size_t shorter = std::min(known.text.size(), typed.text.size());
  const int most = shorter >= kLongEnough ? 2 : 1;
  return osa_distance(known.text, typed.text, most) <= most ||
         known.skeleton == typed.skeleton ||
         (!typed.text.empty() && without_first_label(known) == typed.text) ||
         (!stem(known).empty() && stem(known) == stem(typed));
}

Index::Index(std::vector<Entry> entries) : entries_(std::move(entries)) {
  for (std::uint32_t number = 0; number < entries_.size(); ++number) {
    const Entry& entry = entries_[number];
    skeletons_.emplace(hash(entry.skeleton), number);
    if (const auto parent = without_first_label(entry); !parent.empty()) {
      parents_.emplace(hash(parent), number);
    }
    if (const auto s = stem(entry); !s.empty()) stems_.emplace(hash(s), number);
  }
  add_deletes();
}

void Index::add_deletes() {
  std::vector<Slot> all;
  for (std::uint32_t number = 0; number < entries_.size(); ++number) {
    const std::u32string& text = entries_[number].text;
    for_each_delete(text.substr(0, kPrefix), deletes_for(text.size()), 0,
                    [&](std::u32string_view piece) {
                      all.push_back({short_hash(piece), number});
                    });
  }
  // Grouped by their top bits, about two slots a group: a counting sort.
  const int bits =
      std::clamp(static_cast<int>(std::bit_width(all.size() / 2)), 1, 28);
  shift_ = 32 - bits;
  starts_.assign((std::size_t{1} << bits) + 1, 0);
  for (const Slot& slot : all) ++starts_[(slot.hash >> shift_) + 1];
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  slots_.resize(all.size());
  std::vector<std::uint32_t> next(starts_.begin(), starts_.end() - 1);
  for (const Slot& slot : all) slots_[next[slot.hash >> shift_]++] = slot;
}

void Index::collect_deletes(const Entry& typed, Numbers& found) const {
  for_each_delete(typed.text.substr(0, kPrefix), deletes_for(typed.text.size()),
                  0, [&](std::u32string_view piece) {
                    const std::uint32_t h = short_hash(piece);
                    const std::size_t group = h >> shift_;
                    for (auto i = starts_[group]; i < starts_[group + 1]; ++i) {
                      if (slots_[i].hash == h)
                        found.push_back(slots_[i].number);
                    }
                  });
}

std::vector<std::uint32_t> Index::candidates(const Entry& typed) const {
  Numbers found;
  collect_deletes(typed, found);
  append_equal(skeletons_, hash(typed.skeleton), found);
  append_equal(parents_, hash(std::u32string_view(typed.text)), found);
  if (const auto s = stem(typed); !s.empty()) {
    append_equal(stems_, hash(s), found);
  }
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  std::erase_if(found, [&](std::uint32_t number) {
    return !is_candidate(entries_[number], typed);
  });
  return found;
}

}  // namespace lostletter::lookalike
