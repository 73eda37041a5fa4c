// SPDX-License-Identifier: Apache-2.0
#include "dns/server.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/text.h"

namespace lostletter::dns {
namespace {

bool is_address(const std::string& text) {
  in6_addr room{};
  return inet_pton(AF_INET, text.c_str(), &room) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &room) == 1;
}

}  // namespace

Result<Server> Server::parse(std::string_view text) {
  Server server;
  std::string_view port;
  const auto colon = text.rfind(':');
  const auto bracket = text.find(']');
  if (text.starts_with('[') && bracket != text.npos) {
    server.address = text.substr(1, bracket - 1);
    port = text.substr(bracket + 1);
    if (!port.empty() && port[0] != ':') port = ":";
  } else if (colon != text.npos && text.find(':') == colon) {
    server.address = text.substr(0, colon);
    port = text.substr(colon);
  } else {
    server.address = text;
  }
  int number = 53;
  if (!port.empty()) {
    number = 0;
    port.remove_prefix(1);
    if (port.empty() || port.size() > 5) number = -1;
    for (const char c : port) {
      number = number < 0 || c < '0' || c > '9' ? -1 : number * 10 + (c - '0');
    }
  }
  if (!is_address(server.address) || number < 1 || number > 65535) {
    return fail(
        fmt::format("'{}' is no resolver: write 192.0.2.1, "
                    "192.0.2.1:53 or [2001:db8::1]:53",
                    printable(text, 80)));
  }
  server.port = static_cast<std::uint16_t>(number);
  return server;
}

}  // namespace lostletter::dns
