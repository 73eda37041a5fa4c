// SPDX-License-Identifier: Apache-2.0
#include "dns/address.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include <arpa/inet.h>

namespace lostletter::dns {
namespace {

struct Network {
  std::array<std::uint8_t, 16> bytes;
  int prefix;
};

// IPv4 at the front.
constexpr Network kSpecial4[] = {
    {{0}, 8},              // this network, RFC 791
    {{10}, 8},             // private, RFC 1918
    {{100, 64}, 10},       // shared, RFC 6598
    {{127}, 8},            // loopback
    {{169, 254}, 16},      // link-local, RFC 3927
    {{172, 16}, 12},       // private
    {{192, 0, 0}, 24},     // protocol assignments, RFC 6890
    {{192, 0, 2}, 24},     // documentation, RFC 5737
    {{192, 168}, 16},      // private
    {{198, 18}, 15},       // benchmarks, RFC 2544
    {{198, 51, 100}, 24},  // documentation
    {{203, 0, 113}, 24},   // documentation
    {{224}, 3},            // multicast and reserved, RFC 1112
};
// IPv6 that is reached is in 2000::/3; of these, not.
constexpr Network kSpecial6[] = {
    {{0x20, 0x01, 0x00}, 23},        // protocol assignments, RFC 2928
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation, RFC 3849
    {{0x20, 0x02}, 16},              // 6to4, RFC 7526: out of use
    {{0x3f, 0xff}, 20},              // documentation, RFC 9637
};

bool is_in(const Network& network, const std::uint8_t* bytes) {
  for (int bit = 0; bit < network.prefix; bit += 8) {
    const int left = std::min(8, network.prefix - bit);
    const auto mask = static_cast<std::uint8_t>(0xFF00U >> left);
    if (((network.bytes[static_cast<std::size_t>(bit / 8)] ^ bytes[bit / 8]) &
         mask) != 0) {
      return false;
    }
  }
  return true;
}

bool is_public4(const std::uint8_t* bytes) {
  return std::ranges::none_of(
      kSpecial4, [&](const Network& one) { return is_in(one, bytes); });
}

bool is_public6(const std::uint8_t* bytes) {
  constexpr Network kMapped = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96};
  constexpr Network kGlobal = {{0x20}, 3};
  if (is_in(kMapped, bytes)) return is_public4(bytes + 12);
  return is_in(kGlobal, bytes) &&
         std::ranges::none_of(
             kSpecial6, [&](const Network& one) { return is_in(one, bytes); });
}

}  // namespace

bool is_public_address(std::string_view text) {
  const std::string copy(text);
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) {
    return is_public4(bytes.data());
  }
  if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) {
    return is_public6(bytes.data());
  }
  return false;
}

}  // namespace lostletter::dns
