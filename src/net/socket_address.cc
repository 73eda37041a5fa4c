// SPDX-License-Identifier: Apache-2.0
#include "net/socket_address.h"

#include <cassert>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace lostletter::net {

SocketAddress socket_address(const Endpoint& endpoint) {
  if (endpoint.kind == Endpoint::Kind::kUnix) {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    assert(endpoint.path.size() < sizeof local.sun_path);
    std::memcpy(local.sun_path, endpoint.path.data(), endpoint.path.size());
    return SocketAddress::of(local);
  }
  const std::string host =
      endpoint.host == "localhost" ? "127.0.0.1" : endpoint.host;
  sockaddr_in ipv4{};
  if (inet_pton(AF_INET, host.c_str(), &ipv4.sin_addr) == 1) {
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(endpoint.port);
    return SocketAddress::of(ipv4);
  }
  sockaddr_in6 ipv6{};
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(endpoint.port);
  inet_pton(AF_INET6, host.c_str(), &ipv6.sin6_addr);
  return SocketAddress::of(ipv6);
}

}  // namespace lostletter::net
