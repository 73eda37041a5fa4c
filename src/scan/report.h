// SPDX-License-Identifier: Apache-2.0
//
// A report as people and programs read it. docs/operations/scan.md describes
// both.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "scan/finding.h"

namespace lostletter::scan {

// One object a line for each finding, and last the summary. The lines of a
// large report are no text that anybody should have in memory whole.
void each_json(const Report& report,
               const std::function<void(std::string_view line)>& use);
std::string to_json(const Report& report);

// At most `most` findings of a kind; how many there are more is said.
std::string to_text(const Report& report, bool colour, std::size_t most);

// One page that asks nothing of anybody (base/page.h), for people to look at,
// print and hand on. `zone`: what its hours are in, "UTC".
std::string to_html(const Report& report, const std::string& zone);

}  // namespace lostletter::scan
