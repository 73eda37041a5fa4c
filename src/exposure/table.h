// SPDX-License-Identifier: Apache-2.0
//
// The names made so far, each once: what several ways of slipping lead to is
// one name. Texts lie behind each other in one piece, rows refer to them by
// place, and a table of row numbers finds them by hash. Most of the time goes
// into waiting for memory: so whoever has several texts at hand says so before
// (`expect`), and a slot knows half of the hash, to ask no row in vain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lostletter::exposure {

struct Row {
  std::uint32_t text = 0;     // where it begins
  std::uint16_t best = 0;     // the target it is likeliest meant for
  std::uint16_t current = 0;  // the target `now` is about
  std::uint8_t length = 0;
  bool neighbour = false;
  double weight = 0;     // over all targets
  double now = 0;        // P(typed | the current target), its likeliest way
  double likeliest = 0;  // P(typed | best)
  double most = 0;       // the same times that target's share
};

class Table {
 public:
  Table();

  // Makes room for so many rows with texts of this length.
  void reserve(std::size_t rows, std::size_t length);

  // The hash of a text that at() is going to be asked about soon.
  std::uint32_t expect(std::string_view text) const;
  // Some time later: its row.
  void expect_row(std::uint32_t hash) const;
  // The row of this text, new ones at the end. Valid until the next call.
  // REQUIRES: at most 253 bytes.
  Row& at(std::string_view text) { return at(text, expect(text)); }
  Row& at(std::string_view text, std::uint32_t hash);
  // Notes a way to slip from target number `target`, which has this share of
  // the letters. REQUIRES: targets come one after the other.
  static void note(Row& row, std::uint16_t target, double share,
                   double probability);

  std::string_view text_of(const Row& row) const {
    return {texts_.data() + row.text, row.length};
  }
  const std::vector<Row>& rows() const { return rows_; }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = 0;  // of a row and one; 0: none
  };
  void grow();

  std::string texts_;
  std::vector<Row> rows_;
  std::vector<Slot> slots_;
};

}  // namespace lostletter::exposure
