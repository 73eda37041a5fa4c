// SPDX-License-Identifier: Apache-2.0
//
// What a budget of questions (guard/budget.h) makes of a judgement: whoever is
// over the person's threshold is asked about, however unlikely a mistake is;
// whoever is below passes, however likely. Where the harm is greatest, at the
// neighbour of a protected name, a question may always be put. What a rule or
// the grammar decided is no question.
#pragma once

#include "guard/assess.h"
#include "guard/verdict.h"

namespace lostletter::guard {

// By the engine and by what was exchanged, not by a rule or the grammar: its
// probability is an estimate, and its score() can be compared.
bool is_estimated(const Assessment& found);

// How much like a mistake, for the budget. REQUIRES: is_estimated(found).
double score(const Assessment& found);

// Misdirected, and the neighbour of a protected name.
bool is_always_asked(const Assessment& found);

// Asked about within the budget: at least doubtful, and treated as misdirected.
void put_question(Mode mode, Assessment& found);

// Not asked about: accepted, and where it is misdirected a finding says why.
void spare_question(Assessment& found);

}  // namespace lostletter::guard
