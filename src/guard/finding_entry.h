// SPDX-License-Identifier: Apache-2.0
//
// The wrong entry of an address book, weighed into a judgement: nothing is
// mistyped, but this person does not write to this address, not in this
// company, not in this thread.
#pragma once

#include "guard/assess.h"
#include "guard/correspondence.h"

namespace lostletter::guard {

// ln of wrong entries for each right one among the recipients of people's
// letters. CutOnce met 1 in 463 letters, sellers of such guards count 1 in
// 12,000 to 17,000 (Carvalho et al., CEAS 2009; Tessian): between them.
inline constexpr double kWrongEntries = -7.6;

// Changes probabilities, terms and findings, not the verdict; nothing when the
// person's correspondence is not known. REQUIRES: a judgement by the engine,
// weighed with the rest of `evidence`, which answers `inquiry`.
void weigh_entry(const Inquiry& inquiry, const Evidence& evidence,
                 Assessment& found);

}  // namespace lostletter::guard
