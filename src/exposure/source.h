// SPDX-License-Identifier: Apache-2.0
//
// A name that is written to with all its slips, and how many pairs of them are
// worth making.
//
// Pairs are many (a name of thirty letters has three million), nearly all of
// them worth nothing. So a floor is found first, below which all pairs together
// are a tenth of what may be left out, and only pairs above it are made: slips
// are sorted, and each one's partners end where the floor is. Letters of other
// alphabets stand alone: who pastes one does not mistype, too.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "exposure/candidate.h"
#include "exposure/letters.h"
#include "exposure/slips.h"
#include "lookalike/align.h"
#include "lookalike/channel.h"

namespace lostletter::exposure {

// What a target becomes once its slips are known.
struct Source {
  std::u32string text;
  std::size_t suffix = 0;
  std::string bytes;
  TextHash hash;  // of them
  // The same with so much behind it, to be copied in whole blocks.
  static constexpr std::size_t kPadding = 32;
  std::string padded;
  std::size_t last = 0;  // where its last label begins
  double share = 1;
  std::vector<Slip> slips;    // likeliest first
  std::vector<Slip> by_hand;  // those without letters of other alphabets
  std::vector<double> sums;   // sums[i]: of all by hand from i on

  lookalike::Shape shape() const { return {text, suffix}; }
};

Source read_source(const lookalike::Channel& channel, const Target& target,
                   Letters& letters);

// How many slips by hand, the likeliest ones, make with this one a pair whose
// probability is `floor` at least. `company`: how much likelier a slip is after
// another one.
std::size_t partners(const Source& source, const Slip& slip, double company,
                     double floor);

// How many pairs of slips are above this weight, about.
double count_above(const std::vector<Source>& sources, double company,
                   double floor);

// What all pairs below this weight are worth at most.
double worth_below(const std::vector<Source>& sources, double company,
                   double floor);

// The weight below which pairs are not made, so that `mass` can be listed.
double find_floor(const std::vector<Source>& sources, double company,
                  double mass);

}  // namespace lostletter::exposure
