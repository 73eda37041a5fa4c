// SPDX-License-Identifier: Apache-2.0
//
// Every address is 16 octets, IPv4 as IPv4-mapped (RFC 4291 2.5.5.2), so that a
// client that reached a dual-stack socket is inside the network its IPv4
// address is inside.
#include <array>
#include <charconv>
#include <optional>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "base/text.h"
#include "net/endpoint.h"

namespace lostletter::net {
namespace {

constexpr std::string_view kMapped{"\0\0\0\0\0\0\0\0\0\0\xff\xff", 12};
constexpr int kMappedBits = 96;
constexpr int kAllBits = 128;

std::optional<std::string> to_bytes(std::string_view address) {
  if (address.contains('\0')) return std::nullopt;
  const std::string text(address);
  std::array<char, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return std::string(kMapped) + std::string(bytes.data(), 4);
  }
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    return std::string(bytes.data(), bytes.size());
  }
  return std::nullopt;
}

std::string to_text(const std::string& bytes, bool ipv4) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(ipv4 ? AF_INET : AF_INET6, bytes.data() + (ipv4 ? 12 : 0),
                   text.data(), text.size());
}

// The same octets with every bit after the prefix cleared.
std::string masked(std::string bytes, int prefix) {
  for (int octet = 0; octet < 16; ++octet) {
    const int kept = prefix - octet * 8;
    if (kept >= 8) continue;
    const unsigned mask = kept <= 0 ? 0U : 0xff00U >> kept;
    auto& byte = bytes[static_cast<std::size_t>(octet)];
    byte = static_cast<char>(static_cast<unsigned char>(byte) & mask);
  }
  return bytes;
}

std::optional<int> parse_prefix(std::string_view text, int most) {
  int prefix = -1;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), prefix);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  if (prefix < 0 || prefix > most) return std::nullopt;
  return prefix;
}

}  // namespace

Result<Networks> Networks::parse(const std::vector<std::string>& texts) {
  Networks networks;
  for (const std::string& text : texts) {
    const auto wrong = [&](const std::string& why) {
      return fail(printable(text, 200) + ": " + why);
    };
    const std::size_t slash = text.find('/');
    std::string_view address = std::string_view(text).substr(0, slash);
    // Postfix writes [::1]/128.
    if (address.starts_with('[') && address.ends_with(']')) {
      address = address.substr(1, address.size() - 2);
    }
    const auto bytes = to_bytes(address);
    if (!bytes) {
      return wrong(
          "not a network: write an address and a prefix length, as in "
          "10.0.0.0/8 or 2001:db8::/32");
    }
    const bool ipv4 = !address.contains(':');
    const int most = ipv4 ? kAllBits - kMappedBits : kAllBits;
    const auto prefix =
        slash == text.npos
            ? most
            : parse_prefix(std::string_view(text).substr(slash + 1), most);
    if (!prefix) {
      return wrong("the prefix length must be a number from 0 to " +
                   std::to_string(most));
    }
    const int of_all = *prefix + (ipv4 ? kMappedBits : 0);
    const std::string start = masked(*bytes, of_all);
    if (start != *bytes) {
      return wrong("bits are set after the prefix; did you mean " +
                   to_text(start, ipv4) + '/' + std::to_string(*prefix) + '?');
    }
    networks.networks_.push_back({start, of_all});
  }
  return networks;
}

bool Networks::contains(std::string_view address) const {
  const auto bytes = to_bytes(address);
  if (!bytes) return false;
  const bool is_ipv4 = bytes->starts_with(kMapped);
  for (const Network& network : networks_) {
    // Who writes ::/0 means every IPv6 address, not every IPv4 address too.
    if (is_ipv4 && network.prefix < kMappedBits) continue;
    if (masked(*bytes, network.prefix) == network.bytes) return true;
  }
  return false;
}

}  // namespace lostletter::net
