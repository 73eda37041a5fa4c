// SPDX-License-Identifier: Apache-2.0
//
// Bounces and corrections as teachers: which slips the people of this house
// make, by what came back and what was corrected at once, and the site's own
// typo weights fitted to it.
#pragma once

#include <string>
#include <vector>

#include "lookalike/channel_fit.h"
#include "scan/finding.h"

namespace lostletter::scan {

// Names, or local parts, that were typed for another. Each pair once, however
// often it was: a script that repeats it teaches nothing.
std::vector<lookalike::SlipPair> teachers(const std::vector<Finding>& findings);

// The table as a file (lookalike::Channel::parse), with where it comes from.
std::string channel_file(const lookalike::Refit& refit, std::size_t pairs);

// What is another now, most first: one line each, or one object of JSON.
std::string changes_text(const lookalike::Channel& before,
                         const lookalike::Refit& refit, std::size_t pairs);
std::string changes_json(const lookalike::Channel& before,
                         const lookalike::Refit& refit, std::size_t pairs);

}  // namespace lostletter::scan
