// SPDX-License-Identifier: Apache-2.0
//
// Who holds an address that is taken: the kernel's tables in /proc tell the
// socket, and the descriptors in /proc/PID/fd tell the process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/endpoint.h"

namespace lostletter::net {

// "process 1234 (nginx)", or "another process" where /proc does not tell (other
// people's descriptors are visible to root only).
std::string holder_of(const Endpoint& endpoint);

// The inode of a socket that listens on `port`, from the text of
// /proc/net/tcp or /proc/net/tcp6; one that is bound to `host` or to every
// address. An empty `host` is every address.
std::optional<std::uint64_t> find_tcp_inode(std::string_view table,
                                            std::string_view host,
                                            std::uint16_t port);

// The inode of the listening socket at `path`, from /proc/net/unix.
std::optional<std::uint64_t> find_unix_inode(std::string_view table,
                                             std::string_view path);

}  // namespace lostletter::net
