// SPDX-License-Identifier: Apache-2.0
//
// Finds, among many names, those from which a typed one can be reached: by one
// or two slips, by a skeleton that is equal, by a label lost in front, by
// another suffix behind the same stem. Symmetric deletes (Garbe 2012) over the
// first seven characters; what it finds is exactly what `is_candidate` says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lostletter::lookalike {

// How a name is kept: code points of its U-labels, where its public suffix
// begins, and what the look-ups need of it.
struct Entry {
  std::u32string text;
  std::size_t suffix = 0;  // first character of the public suffix
  std::string skeleton;    // of the whole name
};
Entry make_entry(std::u32string text, std::size_t suffix);

// Two slips only between names long enough that they say something.
inline constexpr std::size_t kLongEnough = 8;

// The plain statement of what a candidate is; the index must agree with it.
bool is_candidate(const Entry& known, const Entry& typed);

class Index {
 public:
  explicit Index(std::vector<Entry> entries);

  // The numbers of all candidates for `typed`, sorted, each once; `typed`
  // itself is among them when it is known.
  std::vector<std::uint32_t> candidates(const Entry& typed) const;

  const Entry& entry(std::uint32_t number) const { return entries_[number]; }
  std::size_t size() const { return entries_.size(); }

 private:
  using Numbers = std::vector<std::uint32_t>;
  struct Slot {  // a hash and the entry that has it
    std::uint32_t hash;
    std::uint32_t number;
  };

  void add_deletes();
  void collect_deletes(const Entry& typed, Numbers& found) const;

  std::vector<Entry> entries_;
  std::vector<Slot> slots_;            // grouped by the top bits of the hash
  std::vector<std::uint32_t> starts_;  // of each group
  int shift_ = 32;
  std::unordered_multimap<std::uint64_t, std::uint32_t> skeletons_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> parents_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> stems_;
};

}  // namespace lostletter::lookalike
