// SPDX-License-Identifier: Apache-2.0
//
// The arithmetic of one candidate, term by term, as `explain` shows it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lookalike/align.h"
#include "lookalike/engine.h"

namespace lostletter::lookalike {

// What one intended name was weighed by.
struct Weighed {
  std::string_view name;  // the intended one
  Shape shape;
  const Alignment& alignment;  // how it became what was typed
  double log_prior = 0;        // ln P(a letter goes to it)
  double log_finding = 0;      // beyond prior and channel
};

// `log_meant` is ln P(the typed name was meant). The values sum to
// log_prior + alignment.log_likelihood + log_finding - log_meant.
std::vector<Term> terms_of(const Channel& channel, const Weighed& intended,
                           std::string_view typed, double log_meant);

}  // namespace lostletter::lookalike
