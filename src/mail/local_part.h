// SPDX-License-Identifier: Apache-2.0
//
// The left side of an address (RFC 5321 4.1.2, RFC 6531 3.3): a dot-string or
// one quoted string. UTF-8 is taken where a person can see what it says: RFC
// 6531 allows every non-ASCII character, but nobody can check an address with
// invisible or order-changing characters in it, so in the spirit of RFC 8264
// (IdentifierClass) those are refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lostletter::mail {

// Why `text` is no local-part; nothing when it is one. Offsets count from the
// first byte of `text`, which is that of the address.
std::optional<std::string> refuse_local_part(std::string_view text);

// Quotes and backslashes removed. REQUIRES: `text` is a local-part.
std::string unquote(std::string_view text);

// The shortest way to write these characters as a local-part: as they are, or
// in quotes. May still be refused (control characters).
std::string quote_local_part(std::string_view content);

}  // namespace lostletter::mail
