// SPDX-License-Identifier: Apache-2.0
//
// The recipients of a person as a budget of questions sees them
// (guard/budget.h), and what a dial would have asked about them: for whoever
// has to choose one.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "guard/budget.h"

namespace lostletter::guard {

// One recipient: the highest score it had, when, and when its person was last
// asked about it, or would have been.
struct Scored {
  Seconds at{};
  double score = 0;
  std::optional<Seconds> asked_at = std::nullopt;

  bool operator==(const Scored&) const = default;
};

struct History {
  Seconds since{};                  // the person was first met; 0: never
  std::vector<Scored> scores = {};  // in any order

  bool operator==(const History&) const = default;
};

// Of those at or after `from`.
Scores scores_of(const History& history, Seconds from);

// How many recipients at or after `from` it would have asked about; those
// before are what is known of the person. Neighbours of protected names, which
// are always asked about, count as any other.
std::size_t rehearse(const Dial& dial, History history, Seconds from);

}  // namespace lostletter::guard
