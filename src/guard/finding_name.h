// SPDX-License-Identifier: Apache-2.0
//
// What the DNS says of a name, weighed into a judgement. A name that takes no
// mail is hardly one that somebody writes to; that one does take mail says
// nothing for it: most typing errors that are registered do (Szurdi and
// Christin, IMC 2017), and they are the ones that leak.
#pragma once

#include "guard/assess.h"
#include "guard/name_service.h"

namespace lostletter::guard {

// Changes probabilities, terms and findings, not the verdict.
void weigh_name(const NameFacts& facts, Assessment& found);

}  // namespace lostletter::guard
