// SPDX-License-Identifier: Apache-2.0
#include "net/endpoint.h"

#include <array>
#include <charconv>
#include <optional>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/text.h"

namespace lostletter::net {
namespace {

// What is left for the path, with its NUL.
constexpr std::size_t kMostPath = sizeof(sockaddr_un{}.sun_path) - 1;

std::unexpected<Error> wrong(std::string_view text, std::string_view why) {
  return fail(printable(text, 200) + ": " + std::string(why));
}

bool has_control(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

// The literal in its shortest usual form, so that equal endpoints compare
// equal; nothing when it is neither IPv4 nor IPv6.
std::optional<std::string> normal_host(const std::string& host) {
  if (ascii_iequals(host, "localhost")) return "localhost";
  std::array<char, INET6_ADDRSTRLEN> text{};
  std::array<unsigned char, 16> bytes{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, host.c_str(), bytes.data()) != 1) continue;
    return inet_ntop(family, bytes.data(), text.data(), text.size());
  }
  return std::nullopt;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return port;
}

// "127.0.0.1:8894", "[::1]:8894" or "8894@127.0.0.1" in its two halves.
struct HostAndPort {
  std::string_view host;
  std::string_view port;
};
std::optional<HostAndPort> split_inet(std::string_view rest) {
  if (const auto at = rest.find('@'); at != rest.npos) {
    return HostAndPort{rest.substr(at + 1), rest.substr(0, at)};
  }
  const auto colon = rest.rfind(':');
  if (colon == rest.npos || colon == 0) return std::nullopt;
  return HostAndPort{rest.substr(0, colon), rest.substr(colon + 1)};
}

Result<Endpoint> parse_inet(std::string_view text, std::string_view rest) {
  const auto halves = split_inet(rest);
  if (!halves) {
    return wrong(text, "needs a host and a port, as in inet:127.0.0.1:8894");
  }
  std::string_view host = halves->host;
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  // Without brackets, nobody can tell where an IPv6 address ends.
  if (!bracketed && host.find(':') != host.npos && !rest.contains('@')) {
    return wrong(text, "an IPv6 address needs brackets, as in inet:[::1]:8894");
  }
  const auto normal = normal_host(std::string(host));
  if (!normal || host.contains('\0')) {
    return wrong(text, "the host must be an IPv4 or IPv6 address or localhost");
  }
  const auto port = parse_port(halves->port);
  if (!port) return wrong(text, "the port must be a number from 0 to 65535");
  return Endpoint{Endpoint::Kind::kInet, {}, *normal, *port};
}

Result<Endpoint> parse_unix(std::string_view text, std::string_view path) {
  if (!path.starts_with('/')) {
    return wrong(text, "the path of a unix socket must begin with '/'");
  }
  if (has_control(path)) {
    return wrong(text, "the path contains a control character");
  }
  if (path.size() > kMostPath) {
    return wrong(text, "the path is longer than the " +
                           std::to_string(kMostPath) +
                           " octets that a unix socket may have");
  }
  return Endpoint{Endpoint::Kind::kUnix, std::string(path), {}, 0};
}

// systemd.socket(5), FileDescriptorName=: at most 255 characters, no colon.
Result<Endpoint> parse_inherited(std::string_view text, std::string_view name) {
  if (name.empty() || name.size() > 255 || name.contains(':') ||
      has_control(name) || !is_ascii(name)) {
    return wrong(text,
                 "fd: takes the FileDescriptorName of a socket unit, as in "
                 "fd:milter");
  }
  return Endpoint{Endpoint::Kind::kInherited, std::string(name), {}, 0};
}

struct Scheme {
  std::string_view prefix;
  Result<Endpoint> (*parse)(std::string_view text, std::string_view rest);
};
// local: and inet6: are Sendmail's other names for the same things.
constexpr Scheme kSchemes[] = {
    {"unix:", parse_unix},  {"local:", parse_unix},   {"inet:", parse_inet},
    {"inet6:", parse_inet}, {"fd:", parse_inherited},
};

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
  for (const Scheme& scheme : kSchemes) {
    if (text.starts_with(scheme.prefix)) {
      return scheme.parse(text, text.substr(scheme.prefix.size()));
    }
  }
  return wrong(text,
               "must begin with unix:, inet: or fd:, as in "
               "inet:127.0.0.1:8894 or unix:/run/lostletter/milter.sock");
}

std::string Endpoint::to_string() const {
  switch (kind) {
    case Kind::kUnix:
      return "unix:" + path;
    case Kind::kInherited:
      return "fd:" + path;
    case Kind::kInet:
      break;
  }
  const bool is_ipv6 = host.contains(':');
  return "inet:" + (is_ipv6 ? '[' + host + ']' : host) + ':' +
         std::to_string(port);
}

bool Endpoint::is_loopback() const {
  if (kind != Kind::kInet) return kind == Kind::kUnix;
  if (host == "localhost") return true;
  static const Networks loopback =
      Networks::parse({"127.0.0.0/8", "::1"}).value();
  return loopback.contains(host);
}

}  // namespace lostletter::net
