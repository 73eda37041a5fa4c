// SPDX-License-Identifier: Apache-2.0
//
// How labels look: a trigram model of the characters of registered labels,
// fitted by tools/learn_labels and compiled in from data/model/labels.tsv.
// "stanford" is a likelier label than "stanfrod".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter::lookalike {

// Border of a label, a-z, 0-9, '-', any other code point.
inline constexpr std::size_t kLabelSymbols = 39;

class Labels {
 public:
  // A table as text: a row for every two symbols, `ab<TAB>values`, with one
  // printable character for each symbol that may follow: its cost is
  // (character - '#') * kStep nats. '^' stands for the border, '_' for others.
  static Result<Labels> parse(std::string_view table);
  static const Labels& built_in();

  // ln P(label), its end included. ASCII, lower case.
  double log_probability(std::string_view label) const;

  static constexpr double kStep = 0.125;  // nats
  static constexpr char kLeast = '#';     // cost 0
  static constexpr char kMost = '~';      // the highest cost

  // The symbol of a character, and the character a table writes for a symbol.
  static std::size_t symbol(char c);
  static char letter(std::size_t symbol);

 private:
  // In steps: a byte each, because every name that is judged reads here and
  // there in it.
  std::array<std::uint8_t, kLabelSymbols * kLabelSymbols * kLabelSymbols>
      costs_{};
};

}  // namespace lostletter::lookalike
