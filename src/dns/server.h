// SPDX-License-Identifier: Apache-2.0
//
// Which resolvers are asked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter::dns {

// Where a resolver listens, by UDP and TCP.
struct Server {
  std::string address;  // of IPv4 or IPv6
  std::uint16_t port = 53;

  // "192.0.2.1", "192.0.2.1:53", "2001:db8::1", "[2001:db8::1]:53"
  static Result<Server> parse(std::string_view text);
  bool operator==(const Server&) const = default;
};

}  // namespace lostletter::dns
