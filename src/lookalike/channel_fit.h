// SPDX-License-Identifier: Apache-2.0
//
// The channel (lookalike/channel.h) from what people really typed. A name of
// which every possible single slip e has an intensity exp(row(kind(e),
// place(e))); given that one slip happened, it is e with its share of the sum
// Z(d) over all slips possible in the name d. So
//
//   row = ln of  count(kind, place) / sum over pairs of N(kind, place | d) /
//   Z(d)
//
// solved by iteration (iterative scaling, Darroch and Ratcliff 1972).
// tools/learn_channel fits the table shipped; refit() moves it by what a site
// has seen.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "lookalike/align.h"
#include "lookalike/channel.h"

namespace lostletter::lookalike {

inline constexpr std::size_t kChannelCells = kEditKinds * kPlaces;
using CellCounts = std::array<double, kChannelCells>;

inline std::size_t cell_of(EditKind kind, EditPlace place) {
  return static_cast<std::size_t>(kind) * kPlaces +
         static_cast<std::size_t>(place);
}

// What was meant, and how often it was typed wrongly.
struct MeantName {
  std::u32string text;
  std::size_t suffix = 0;
  std::u32string only = {};  // the one top-level domain its source can show
  double pairs = 0;          // explained by one slip

  Shape shape() const { return {text, suffix}; }
};
struct TypedName {
  std::size_t meant = 0;  // which
  std::u32string text;
};

// The last label, with its dot.
std::u32string top_level(std::u32string_view text);

// N(kind, place | name).
CellCounts opportunities(const Channel& channel, const MeantName& name);

struct SeenSlips {
  CellCounts slips{};
  double one = 0;   // pairs explained by one slip
  double more = 0;  // by several
  double far = 0;   // by none of ours
};
// By the likeliest explanation of each; sets MeantName::pairs.
SeenSlips explain_all(const Channel& channel, std::vector<MeantName>& names,
                      const std::vector<TypedName>& typed);

double product(const CellCounts& a, const CellCounts& b);

// Typed and intended, both domains, or both local parts.
struct SlipPair {
  std::string typed;
  std::string intended;
};
struct Refit {
  Channel channel;
  SeenSlips seen;
};
// `base`, moved by what these show: where few slips were seen it stays nearly
// as it is, and a name as a whole is mistyped as often as before. How many
// slips weigh as much as the base: kRefitPull.
inline constexpr double kRefitPull = 10;
Refit refit(const Channel& base, const std::vector<SlipPair>& pairs);

}  // namespace lostletter::lookalike
