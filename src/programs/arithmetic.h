// SPDX-License-Identifier: Apache-2.0
//
// How a probability came about, term by term: the log-odds of the likeliest
// intended address against the one typed, and what the others leave of them.
#pragma once

#include <string>

#include "guard/assess.h"

namespace lostletter::programs {

// Several lines; empty when nothing was weighed. The first number of a line is
// its term; those of all terms sum to the number of the line "log-odds", but
// for rounding to a thousandth.
std::string arithmetic_text(const guard::Assessment& assessment);

// {"address", "terms": [{"id", "value", "text"}], "log_odds"}, or null.
std::string arithmetic_json(const guard::Assessment& assessment);

}  // namespace lostletter::programs
