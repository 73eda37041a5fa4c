// SPDX-License-Identifier: Apache-2.0
//
// The names made so far, each once: what several ways of slipping lead to is
// one name. Texts lie behind each other in one piece, rows refer to them by
// place, and a table of row numbers finds them by hash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lostletter::exposure {

struct Row {
  std::uint64_t hash = 0;
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

  // The row of this text, new ones at the end. Valid until the next call.
  // REQUIRES: at most 253 bytes.
  Row& at(std::string_view text);
  // Notes a way to slip from target number `target`, which has this share of
  // the letters. REQUIRES: targets come one after the other.
  static void note(Row& row, std::uint16_t target, double share,
                   double probability);

  std::string_view text_of(const Row& row) const {
    return {texts_.data() + row.text, row.length};
  }
  const std::vector<Row>& rows() const { return rows_; }

 private:
  void grow();

  std::string texts_;
  std::vector<Row> rows_;
  std::vector<std::uint32_t> slots_;  // number of a row and one; 0: none
};

}  // namespace lostletter::exposure
