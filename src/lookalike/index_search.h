// SPDX-License-Identifier: Apache-2.0
//
// One question to an index, in steps. What a step needs of memory the one
// before has asked for, all of it at once: memory's latency is paid once a
// step, not once a key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lookalike/diagonals.h"
#include "lookalike/four.h"
#include "lookalike/index.h"
#include "lookalike/index_keys.h"

namespace lostletter::lookalike {

class Search {
 public:
  // All of it outlives run(), which makes `found` what Index::candidates says.
  // Its arrays are not written: there are many.
  Search(const Index& index, const Entry& typed,
         std::vector<std::uint32_t>& found);
  void run();

 private:
  struct Key {
    std::uint32_t key;
    std::uint32_t bucket;
    std::uint32_t count;         // of slots, once it is chosen
    const std::uint32_t* first;  // of them

    std::span<const std::uint32_t> slots() const { return {first, count}; }
  };
  template <std::size_t most>
  struct Keys {
    std::array<Key, most> keys;
    std::size_t count;

    const Key* begin() const { return keys.data(); }
    const Key* end() const { return keys.data() + count; }
  };
  // A deletion or an insertion in the head moves the tail by one each.
  static constexpr std::size_t kShifts = 5;
  static constexpr std::size_t kStraight = 2;  // the shift that is none
  // A name has 253 characters at most; more of them can look like one (rn, m).
  static constexpr std::size_t kLongest = 512;

  void choose();     // among the keys, by the filters
  void scan();       // the slots
  void scan_runs();  // the names that share a slot
  void thin();       // by signatures
  void finish();

  bool read();
  void sign();
  void collect_keys();
  void collect_far_keys();
  void collect_whole_keys();
  template <std::size_t most>
  void add_key(const Index::Table& table, std::uint32_t key, Keys<most>& keys);

  template <std::size_t most>
  void look(const Index::Table& table, Keys<most>& keys);
  template <std::size_t most, typename May>
  void keep(Keys<most>& keys, const May& may_have);
  template <typename Use>
  void each_four(std::span<const std::uint32_t> slots, const Use& use);
  void scan_own();
  void scan_near();
  void scan_far();
  void scan_back(const Key& key);
  void scan_whole();
  void note_run(std::uint32_t slot);
  void scan_run(std::uint32_t first, std::uint32_t count, bool own);

  // REQUIRES: room for it.
  void suspect(std::uint32_t number) {
    __builtin_prefetch(index_.cells_.data() + number);
    suspects_[suspect_count_++] = number;
  }
  void suspect_near(std::uint32_t slot, std::uint32_t mark);
  void sift();
  void verify();

  void drain();

  bool may_be(const Cell& cell) const;
  bool can_be_read(std::string_view name) const;
  bool is_right(std::uint32_t number) const;
  bool is_relative(std::uint32_t number) const;
  bool is_right_as_whole(std::uint32_t number) const;

  const Index& index_;
  const Entry& typed_;
  std::vector<std::uint32_t>& found_;
  keys::Layout layout_;

  bool ascii_;
  std::array<char, kLongest + 8> symbols_;
  keys::Symbols text_;
  std::uint64_t head_;
  std::uint32_t bag_;                              // of the whole text
  std::array<std::uint32_t, kShifts> signatures_;  // of its tails
  std::array<std::uint32_t, 3> folded_;            // of the middle ones
  std::array<std::uint32_t, kShifts> tails_;       // their hashes

  Keys<1 + keys::kHead> near_;  // that of the whole head before the others
  Keys<std::tuple_size_v<keys::ShortTwoLess> +
       std::tuple_size_v<keys::MiddlingTwoLess>>
      far_;
  Keys<2> back_;
  Keys<3> whole_;  // have no slots

  bool has_diagonals_;
  Diagonals diagonals_;

  // Slots of the near table that stand for several names; those with the typed
  // one's head first.
  static constexpr std::size_t kMostRuns = 64;
  std::array<std::uint32_t, kMostRuns> runs_;
  std::size_t run_count_;
  std::size_t own_runs_;

  // Numbers of names that may be right, the first ones each but once.
  static constexpr std::size_t kMostSuspects = 512;
  std::array<std::uint32_t, kMostSuspects> suspects_;
  std::uint32_t suspect_count_;
  std::size_t whole_found_;  // in found_, by whole keys
};

}  // namespace lostletter::lookalike
