// SPDX-License-Identifier: Apache-2.0
//
// Where we listen: parsing, opening, and taking over sockets from the service
// manager (sd_listen_fds(3)).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lostletter::net {

// unix:/path | inet:host:port | inet:[::1]:port | inet:port@host (Sendmail's
// form) | fd:NAME (a socket from the service manager, by FileDescriptorName).
struct Endpoint {
  enum class Kind { kUnix, kInet, kInherited };
  Kind kind = Kind::kInet;
  std::string path;  // kUnix; kInherited: the name
  std::string host;  // kInet: an IPv4 or IPv6 literal in its shortest form, or
                     // localhost, which listens on 127.0.0.1 only
  std::uint16_t port = 0;

  static Result<Endpoint> parse(std::string_view text);
  std::string to_string() const;
  // A unix socket counts as loopback; an inherited one does not, because its
  // socket unit decides.
  bool is_loopback() const;

  bool operator==(const Endpoint&) const = default;
};

struct ListenOptions {
  int backlog = 512;
  unsigned mode = 0660;  // of a unix socket
  std::string group;     // of a unix socket; empty: the process's
};

// A listening socket, non-blocking and close-on-exec; the caller owns the
// descriptor. A stale unix socket (nobody answers) is replaced, a live one is
// not. When the address is taken, the error says by which process, where /proc
// tells. A socket passed by the service manager for the same address is used
// instead of opening one.
Result<int> listen(const Endpoint& endpoint, const ListenOptions& options = {});

// The port a listening descriptor got (for port 0), or 0.
std::uint16_t bound_port(int descriptor);

// READY=1, RELOADING=1, STOPPING=1, WATCHDOG=1, STATUS=...: sd_notify(3). Does
// nothing without a service manager.
void notify(std::string_view state);

// Half of WatchdogSec, or zero when no watchdog watches us, in microseconds.
std::uint64_t watchdog_interval_us();

// Is `address` ("192.0.2.1", "2001:db8::1", "::ffff:10.1.2.3") inside one of
// the networks ("127.0.0.0/8", "::1/128", "10.0.0.1")? Invalid input is
// outside. ::/0 is every IPv6 address, 0.0.0.0/0 every IPv4 one.
class Networks {
 public:
  static Result<Networks> parse(const std::vector<std::string>& texts);
  bool contains(std::string_view address) const;

 private:
  struct Network {
    std::string bytes;  // 16 octets; IPv4 as IPv4-mapped
    int prefix = 0;     // of the 16 octets
  };
  std::vector<Network> networks_;
};

}  // namespace lostletter::net
