// SPDX-License-Identifier: Apache-2.0
//
// What `exposure` found, as a page to keep and to send (base/html.h).
#pragma once

#include <span>
#include <string>

#include "programs/exposure_text.h"

namespace lostletter::programs {

// At most `rows` names of each.
std::string to_html(std::span<const Exposed> all, std::size_t rows);

}  // namespace lostletter::programs
