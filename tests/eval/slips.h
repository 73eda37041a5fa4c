// SPDX-License-Identifier: Apache-2.0
//
// What kind of slip leads from one name to another, and slips made to measure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lostletter::eval {

// Edits from one to the other (optimal string alignment).
int distance(std::string_view a, std::string_view b);

// The kinds by which the tables split, in their order.
const std::vector<std::string>& slip_kinds();
// One of them: the first that fits.
const std::string& slip_kind(const std::string& typed,
                             const std::string& intended);

}  // namespace lostletter::eval
