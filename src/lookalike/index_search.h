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

#include "lookalike/index.h"
#include "lookalike/index_keys.h"

namespace lostletter::lookalike {

class Search {
 public:
  // All of it outlives run(), which makes `found` what Index::candidates says.
  Search(const Index& index, const Entry& typed,
         std::vector<std::uint32_t>& found)
      : index_(index),
        typed_(typed),
        found_(found),
        layout_{index.number_bits_} {}
  void run();

 private:
  struct Key {
    std::uint32_t key;
    std::uint32_t bucket;
  };
  template <std::size_t most>
  struct Keys {
    std::array<Key, most> keys;
    std::size_t count = 0;

    const Key* begin() const { return keys.data(); }
    const Key* end() const { return keys.data() + count; }
  };
  // A deletion or an insertion in the head moves the tail by one each.
  static constexpr std::size_t kShifts = 5;
  static constexpr std::size_t kStraight = 2;  // the shift that is none
  // A name has 253 characters at most; more of them can look like one (rn, m).
  static constexpr std::size_t kLongest = 512;

  bool read();
  void collect_keys();
  void choose();  // among the keys, by the filters
  void scan();    // the slots
  void thin();    // by signatures
  void finish();

  void collect_far_keys();
  void collect_whole_keys();
  template <std::size_t most>
  void add_key(const Index::Table& table, std::uint32_t key, Keys<most>& keys);

  void scan_own();
  void scan_near(const Key& key);
  void scan_far(const Key& key);
  void scan_back(const Key& key);
  void note_run(std::uint32_t slot);
  void scan_runs();
  void scan_run(std::uint32_t first, std::uint32_t count, bool own);
  void scan_whole();
  void suspect(std::uint32_t number);
  void drop_unlike();

  bool is_within(std::uint32_t number) const;
  bool is_relative(std::uint32_t number) const;
  bool is_right(std::uint32_t number, bool as_whole) const;

  const Index& index_;
  const Entry& typed_;
  std::vector<std::uint32_t>& found_;
  keys::Layout layout_;

  bool ascii_ = true;
  std::array<char, kLongest + 8> symbols_;
  keys::Symbols text_;
  std::uint64_t head_ = 0;
  std::uint32_t bag_ = 0;                            // of the whole text
  std::array<std::uint32_t, kShifts> signatures_{};  // of its tails
  std::array<std::uint32_t, kShifts> tails_{};       // their hashes

  Keys<1 + keys::kHead> near_;  // that of the whole head before the others
  Keys<std::tuple_size_v<keys::ShortTwoLess> +
       std::tuple_size_v<keys::MiddlingTwoLess>>
      far_;
  Keys<1> back_;
  Keys<3> whole_;

  // Slots of the near table that stand for several names; those with the typed
  // one's head first.
  static constexpr std::size_t kMostRuns = 256;
  std::array<std::uint32_t, kMostRuns> runs_;
  std::size_t run_count_ = 0;
  std::size_t own_runs_ = 0;
  std::array<std::uint64_t, 4> seen_{};  // a bit for each number's low bits
  std::size_t whole_begin_ = 0;          // in found_: what whole keys found
};

}  // namespace lostletter::lookalike
