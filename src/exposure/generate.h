// SPDX-License-Identifier: Apache-2.0
//
// The noisy channel run forwards: all names that writers of a name may type
// instead, each with the probability that the engine, asked about it, would
// give. All single edits, whatever they are worth; pairs of slips, words glued
// on, exchanged suffixes and letters that look alike as far as they matter.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "exposure/candidate.h"
#include "lookalike/channel.h"

namespace lostletter::exposure {

// Beyond so many targets a name has no further sub-domains for us.
inline constexpr std::size_t kMostTargets = 1000;

struct Generated {
  std::vector<Candidate> candidates;  // the likeliest first
  double weight = 0;      // of all of them: P(a letter goes to one of them)
  double all_weight = 0;  // of these and of those left out, at most
  std::size_t made = 0;   // names looked at, each counted once
};

struct Extent {
  // So much of what goes wrong is listed; besides every name one edit away.
  double mass = 0.99;
  std::size_t most = 0;  // candidates at most, 0: all
};

// REQUIRES: 1 to kMostTargets targets; 0 <= mass <= 1.
Generated generate(const lookalike::Channel& channel,
                   const std::vector<Target>& targets, const Extent& extent);

// "suffix: i lost (mil -> ml)": how the candidate came about.
std::string edit_of(const lookalike::Channel& channel, const Target& target,
                    std::string_view candidate);

}  // namespace lostletter::exposure
