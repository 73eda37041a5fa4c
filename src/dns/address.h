// SPDX-License-Identifier: Apache-2.0
//
// Addresses that a letter from elsewhere cannot reach.
#pragma once

#include <string_view>

namespace lostletter::dns {

// Is it one that anybody could reach? Not loopback, private, link-local,
// multicast, documentation or reserved (RFC 6890 and IANA's registries of
// special-purpose addresses). Text that is no address is not public either.
bool is_public_address(std::string_view text);

}  // namespace lostletter::dns
