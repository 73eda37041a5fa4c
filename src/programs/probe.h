// SPDX-License-Identifier: Apache-2.0
//
// Questions about the host, for `lostletter doctor`: is a socket answered, may
// another user reach it, what is Postfix configured to do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/endpoint.h"

namespace lostletter::programs {

// Connects and goes away again.
Result<void> connect_once(const net::Endpoint& endpoint);

// By the rights of the socket and of the folders above it, as a user of this
// host. Fine when there is no such user.
Result<void> may_connect(const std::string& user, const std::string& path);

// The key file of held letters, without making one.
Result<void> check_key_file(const std::string& path);

// What Postfix says of itself (postconf(1), postmap(1)).
class Postfix {
 public:
  // Empty: its own default.
  explicit Postfix(std::string directory);

  bool is_there() const;
  // The value of a setting in main.cf, or its default.
  std::string get(std::string_view key) const;
  // The same as it is written, $ and all.
  std::string get_raw(std::string_view key) const;
  // Does a service of master.cf override `key` with this endpoint?
  bool master_names(std::string_view key, const net::Endpoint& endpoint) const;
  // What transport_maps has for an address: "lmtp:inet:127.0.0.1:8896".
  std::string transport_of(const std::string& address) const;

 private:
  std::string ask(std::vector<std::string> words) const;
  std::string directory_;
};

}  // namespace lostletter::programs
