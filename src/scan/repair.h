// SPDX-License-Identifier: Apache-2.0
//
// What to do about a finding: the one step that stops most of it.
#pragma once

#include <string>

#include "scan/finding.h"

namespace lostletter::scan {

// A sentence. Empty when the letters are over and nobody repeats them.
std::string repair_of(const Finding& finding);

}  // namespace lostletter::scan
