// SPDX-License-Identifier: Apache-2.0
//
// The names made so far, each once: what several ways of slipping lead to is
// one name. Texts lie behind each other in one piece, rows refer to them by
// place, and a table of row numbers finds them by hash. Most of the time goes
// into waiting for memory: so whoever has several texts at hand says so before
// (`expect`); a slot is four octets, and what bits of it a number does not need
// are some of the hash, to ask few rows in vain.
//
//   (expect+ expect_row* (write at)+)*
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lostletter::exposure {

// Half of what the processor fetches at once, since there are millions.
struct Row {
  double weight = 0;       // over all targets
  double now = 0;          // P(typed | the current target), its likeliest way
  double likeliest = 0;    // P(typed | best)
  std::uint32_t text = 0;  // where it begins
  std::uint32_t length : 8 = 0;
  std::uint32_t best : 10 = 0;     // the target it is likeliest meant for
  std::uint32_t current : 10 = 0;  // the target `now` is about
  std::uint32_t neighbour : 1 = 0;
};
static_assert(sizeof(Row) == 32);

class Table {
 public:
  static constexpr std::size_t kMostText = 253;  // octets
  static constexpr std::size_t kMostTargets = 1 << 10;

  Table();

  // Makes room for so many rows with texts of this length.
  void reserve(std::size_t rows, std::size_t length);

  // What finds the text of this hash (text_hash.h), which at() is going to be
  // asked about soon.
  std::uint32_t expect(std::uint64_t hash) const {
    const std::uint32_t key = key_of(hash);
    __builtin_prefetch(&slots_[key & mask_], 1);
    return key;
  }
  // Some time later: its row, and later still its text.
  void expect_row(std::uint32_t key) const;
  void expect_text(std::uint32_t key) const;

  // Where the next text is to be written: kMostText octets, and kSlack more
  // that nobody reads.
  static constexpr std::size_t kSlack = 64;
  char* write();
  // The row of the text just written, new ones at the end. Valid until the next
  // call. REQUIRES: `key` is from expect().
  Row& at(std::size_t length, std::uint32_t key);
  // Notes a way to slip from target number `target`, which has its
  // share of the letters among `shares`. REQUIRES: targets come one after the
  // other; there are kMostTargets of them at most.
  static void note(Row& row, std::uint32_t target,
                   const std::vector<double>& shares, double probability);

  std::string_view text_of(const Row& row) const {
    return {texts_.data() + row.text, row.length};
  }
  const std::vector<Row>& rows() const { return rows_; }

 private:
  static std::uint32_t key_of(std::uint64_t hash) {
    hash ^= hash >> 32;
    hash *= 0xE9846AF9B1A615DULL;
    return static_cast<std::uint32_t>(hash >> 32);
  }

  // The number of a row and one, 0: none; and above those bits the same bits of
  // its key. The others say where it should stand.
  using Slot = std::uint32_t;
  std::uint32_t number_in(Slot slot) const { return slot & mask_; }
  bool may_be(Slot slot, std::uint32_t key) const {
    return number_in(slot) != 0 && ((slot ^ key) & ~mask_) == 0;
  }
  Slot slot_of(std::size_t number, std::uint32_t key) const {
    return static_cast<Slot>(number) | (key & ~mask_);
  }
  const Row& row_in(Slot slot) const { return rows_[number_in(slot) - 1]; }

  // Five slots in eight: what is sought is then two slots away.
  bool is_full() const { return 8 * rows_.size() >= 5 * slots_.size(); }
  void set_slots(std::size_t count);

  std::string texts_;
  std::size_t written_ = 0;  // octets of it that rows refer to
  std::vector<Row> rows_;
  std::vector<Slot> slots_;
  std::uint32_t mask_;  // their number, a power of two, less one
};

}  // namespace lostletter::exposure
