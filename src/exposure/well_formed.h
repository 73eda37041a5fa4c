// SPDX-License-Identifier: Apache-2.0
//
// What a text has to be to be a name at all, before anybody asks which.
#pragma once

#include <string_view>

namespace lostletter::exposure {

// Has it an A-label ("xn--")?
bool has_prefixed_label(std::string_view name);

// Two labels or more, none empty, too long, or with a hyphen at an end.
bool is_well_formed(std::string_view name);

}  // namespace lostletter::exposure
