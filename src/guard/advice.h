// SPDX-License-Identifier: Apache-2.0
//
// What is said of a letter and never stops it: whoever gets nearly every letter
// that goes to a recipient is not in this one.
#pragma once

#include "guard/assess.h"
#include "guard/correspondence.h"

namespace lostletter::guard {

// Adds findings without weight.
void advise(const Evidence& evidence, Assessment& found);

}  // namespace lostletter::guard
