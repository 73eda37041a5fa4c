// SPDX-License-Identifier: Apache-2.0
//
// Is a recipient the wrong entry of an address book? Nothing is mistyped then:
// the address is right, and somebody else's. Boosted regression trees (Friedman
// 2001) over the features of entry_features.h say how likely: what one of them
// means depends on the others. data/model/entry.tsv holds them, fitted by
// tools/fit_entry.py; each part of a sum is told apart for the reasons given.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/entry_features.h"

namespace lostletter::guard {

// Log-odds, and what they are made of.
struct WrongEntryOdds {
  double sum = 0;  // bias and all of `by`
  double bias = 0;
  std::array<double, std::size(kEveryAbout)> by{};  // in their order

  double about(About what) const { return by[static_cast<std::size_t>(what)]; }
};

// Immutable; any thread.
class WrongEntry {
 public:
  // Lines of words between tabs, '#' begins a comment. Each tree in preorder:
  //   split FEATURE THRESHOLD   its left branch, for figures below the
  //                             threshold,
  //                             and its right branch follow
  //   leaf VALUE WEIGHT         of the examples that came there
  // Figures and thresholds are compared as float, as they were fitted.
  static Result<WrongEntry> parse(std::string_view table);
  static const WrongEntry& shipped();  // data/model/entry.tsv

  // How much likelier, by its logarithm, these figures make it that another
  // recipient was meant, when as many are wrong as right: subtract from it what
  // right ones are more. A part is what the splits by its features change of
  // the mean of those below (Saabas 2014). REQUIRES: read_features().
  WrongEntryOdds odds(std::span<const double> features) const;

 private:
  friend class TreeReader;
  struct Node {
    std::uint32_t right = 0;  // the left branch is the next node; 0: a leaf
    std::uint32_t feature = 0;
    float threshold = 0;
    double value = 0;  // of a leaf; else the mean of those below
  };

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> trees_;  // their first nodes
};

}  // namespace lostletter::guard
