// SPDX-License-Identifier: Apache-2.0
//
// Punycode (RFC 3492), the encoding inside A-labels. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lostletter::domain {

// Of the code points of one label; without "xn--".
std::string encode_punycode(std::u32string_view label);

// Nothing where the text is no punycode of what can stand in a name: no digits
// at all, or before the last hyphen something else than [a-z0-9_-].
std::optional<std::u32string> decode_punycode(std::string_view text);

}  // namespace lostletter::domain
