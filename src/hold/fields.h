// SPDX-License-Identifier: Apache-2.0
//
// The fields of a letter's header section as bytes (RFC 5322 2.2): for code
// that changes one and leaves all others as they are.
#pragma once

#include <optional>
#include <string_view>

namespace lostletter::hold {

// The header section with its last line end; the empty line is not in it.
std::string_view header_of(std::string_view letter);

// The next field of `rest`, with its folds and its line end; removed from it.
std::string_view take_field(std::string_view& rest);

// "Subject: x" is named "subject".
bool is_named(std::string_view field, std::string_view name);

// The first one of that name in the header section.
std::optional<std::string_view> find_field(std::string_view letter,
                                           std::string_view name);

}  // namespace lostletter::hold
