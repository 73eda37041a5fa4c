// SPDX-License-Identifier: Apache-2.0
//
// What was exchanged, weighed into a judgement made without it: a name that
// letters go to and come from is hardly a slip; one that this person never
// wrote to, while they write to its neighbour, may well be.
//
// Trust grows with letters and their answers, by their logarithm: whoever owns
// a mistyped name can answer too, and would have to for long. One-way mail
// earns hardly any: four hundred letters to a name that never answered are a
// standing leak. A name one slip from a protected one earns none at all: it
// takes the operator's `allow`.
#pragma once

#include <string>
#include <string_view>

#include "guard/assess.h"
#include "guard/correspondence.h"

namespace lostletter::guard {

// What the store must know to weigh `found`: of the address, and of those that
// may have been meant.
Inquiry inquiry_about(const Assessment& found, std::string_view person,
                      std::string_view name, Seconds now);

// Changes probabilities, terms and findings of a judgement by the engine, not
// its verdict. REQUIRES: `evidence` answers inquiry_about(found, ...).
void weigh_correspondence(const Inquiry& inquiry, const Evidence& evidence,
                          Assessment& found);

// Neither a rule nor the grammar has decided.
bool is_judged_by_engine(const Assessment& found);

// Resembles a protected name.
bool is_near_protected(const Assessment& found);

// ln of how much likelier letters like these make it that the other one is
// meant; below 0 where they came back.
double trust(const Exchange& exchange);

}  // namespace lostletter::guard
