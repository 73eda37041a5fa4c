// SPDX-License-Identifier: Apache-2.0
//
// The names that someone may have meant who typed this one, and how likely each
// is: the known ones within a slip or two, those that larger slips lead to, and
// for a name that cannot exist, what completes it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lookalike/align.h"
#include "lookalike/engine.h"
#include "lookalike/knowledge.h"
#include "lookalike/typed.h"

namespace lostletter::lookalike {

// One intended name under consideration.
struct Hypothesis {
  std::string name;     // lower-case A-labels
  std::u32string text;  // code points of its U-labels
  std::size_t suffix = 0;
  Alignment alignment;
  double log_prior = 0;
  double log_finding = 0;     // beyond prior and channel: a protected suffix
  bool corresponded = false;  // one writes to it: not from a list alone

  double log_joint() const {
    return log_prior + alignment.log_likelihood + log_finding;
  }
  Shape shape() const { return {text, suffix}; }
};

// The world a typed name is judged in. Everything outlives the call.
struct World {
  const Knowledge& knowledge;
  const Channel& channel;
  const Options& options;
};

// Likeliest first. With `leave_out`, as if the typed name were unknown.
std::vector<Hypothesis> hypotheses(const World& world, const Typed& typed,
                                   bool leave_out);

// What was typed with its last labels completed to `suffix`, when that is one
// slip away and nobody knows it: stem.mil for stem.ml.
std::optional<Hypothesis> completed(const World& world, const Typed& typed,
                                    std::u32string_view suffix);

// ln P(the typed name is meant), as a real relative of `meant`: another branch
// of its family, its parent, a variant under another suffix. `variants` are
// the known names with the same stem.
double log_prior_relative(const Hypothesis& meant, const Typed& typed,
                          std::size_t variants);

// Does `text` begin with the stem of `meant`, its dot included?
bool has_stem_of(const Hypothesis& meant, std::u32string_view text);

// Is it at or under one of these?
bool is_within_any(std::string_view ascii,
                   const std::vector<std::string>& suffixes);

}  // namespace lostletter::lookalike
