// SPDX-License-Identifier: Apache-2.0
//
// Is a recipient the wrong entry of an address book? Nothing is mistyped then:
// the address is right, and somebody else's. What speaks for and against it is
// who the person writes to, how often and since when, who else is in the letter
// and in its thread, and whom the same few letters would have offered instead
// (features after Carvalho & Cohen, SDM 2007, without any text). Each feature
// is cut into steps, and each step has a weight: their sum is the log-odds. The
// weights are fitted by tests/eval/learn_entry.cc, with letters to one
// recipient, which nine in ten are, having a row of their own in each table.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "guard/correspondence.h"

namespace lostletter::guard {

// One feature of a recipient of a letter, at one of its steps.
struct Cue {
  std::string_view name;  // of a literal
  int step = 0;

  bool operator==(const Cue&) const = default;
};

// REQUIRES: `evidence` answers `inquiry`.
std::vector<Cue> cues(const Inquiry& inquiry, const Evidence& evidence);

// Immutable; any thread.
class WrongEntry {
 public:
  // Lines of name, step and weight between tabs; '#' begins a comment.
  static Result<WrongEntry> parse(std::string_view table);
  static const WrongEntry& shipped();  // data/model/entry.tsv

  // How much likelier, by its logarithm, these cues make it that another
  // recipient was meant, when as many are wrong as right: subtract from it what
  // right ones are more. A step that was never seen weighs nothing.
  double weight(const Cue& cue) const;
  double log_odds(std::span<const Cue> of) const;

 private:
  std::map<std::pair<std::string, int>, double, std::less<>> weights_;
};

}  // namespace lostletter::guard
