// SPDX-License-Identifier: Apache-2.0
//
// A report as people and programs read it. docs/operations/scan.md describes
// both.
#pragma once

#include <cstddef>
#include <string>

#include "scan/finding.h"

namespace lostletter::scan {

// One object a line for each finding, and last the summary.
std::string to_json(const Report& report);

// At most `most` findings of a kind; how many there are more is said.
std::string to_text(const Report& report, bool colour, std::size_t most);

}  // namespace lostletter::scan
