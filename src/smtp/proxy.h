// SPDX-License-Identifier: Apache-2.0
//
// The PROXY protocol, versions 1 and 2 (haproxy.org/download/2.9/doc/
// proxy-protocol.txt): a balancer in front of us says, before anything else,
// who the client is. Whoever may say so must be configured: anybody else could
// claim to be anybody. Pure, and fuzzed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter::smtp {

// What stands before the client's own bytes.
struct ProxyHeader {
  std::size_t size = 0;  // octets of it
  // "192.0.2.1", "2001:db8::1". Empty where the balancer speaks for itself
  // (LOCAL: a check of our health) or does not know (UNKNOWN).
  std::string client;

  bool operator==(const ProxyHeader&) const = default;
};

// Longer ones are refused: version 1 has 107 octets at most, and of version 2's
// additions nobody needs more.
inline constexpr std::size_t kMostProxyHeader = 2048;

// Nothing yet: more has to arrive. The error says what is wrong; the connection
// must then be closed, since nobody knows whose it is.
Result<std::optional<ProxyHeader>> read_proxy_header(std::string_view bytes);

// How many octets may be read next without taking what follows the header.
// REQUIRES: read_proxy_header(bytes) says that more has to arrive.
std::size_t proxy_header_needs(std::string_view bytes);

}  // namespace lostletter::smtp
