// SPDX-License-Identifier: Apache-2.0
//
// An endpoint as the system calls want it. For this folder's .cc files.
#pragma once

#include <cstring>

#include <sys/socket.h>

#include "net/endpoint.h"

namespace lostletter::net {

// A socket address of any family, as the system calls want it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  template <typename Family>
  static SocketAddress of(const Family& family) {
    SocketAddress address;
    static_assert(sizeof family <= sizeof address.storage);
    std::memcpy(&address.storage, &family, sizeof family);
    address.size = sizeof family;
    return address;
  }
  // The system calls are declared for the common head of all families.
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

// REQUIRES: kUnix or kInet.
SocketAddress socket_address(const Endpoint& endpoint);

}  // namespace lostletter::net
