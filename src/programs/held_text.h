// SPDX-License-Identifier: Apache-2.0
//
// Held letters as people and programs read them on a terminal. Never content.
#pragma once

#include <string>
#include <vector>

#include "store/held.h"

namespace lostletter::programs {

// One object on one line, stable fields; new ones may be added.
std::string held_json(const store::HeldLetter& letter);
// {"state":...,"recipients":...,"bytes":...,"oldest":...}
std::string held_json(const store::HeldCounts& counts);

// A line a recipient.
std::string held_line(const store::HeldLetter& letter);
// Everything there is.
std::string held_page(const store::HeldLetter& letter);

}  // namespace lostletter::programs
