// SPDX-License-Identifier: Apache-2.0
#include "net/endpoint.h"

#include <gtest/gtest.h>

namespace lostletter::net {
namespace {

using namespace std::string_view_literals;

TEST(Endpoint, Parse) {
  struct Case {
    std::string_view text;
    std::string_view parsed;  // to_string(), or the error message
  };
  static const std::string long_path =
      "unix:/" + std::string(106, 'x');  // 107 octets: the most
  static const std::string too_long_path = long_path + "x";
  static const std::string too_long =
      too_long_path +
      ": the path is longer than the 107 octets that a unix socket may have";
  const Case cases[] = {
      {"inet:127.0.0.1:8894", "inet:127.0.0.1:8894"},
      {"inet:8894@127.0.0.1", "inet:127.0.0.1:8894"},
      {"inet:localhost:0", "inet:localhost:0"},
      {"inet:LocalHost:65535", "inet:localhost:65535"},
      {"inet:[::1]:8894", "inet:[::1]:8894"},
      {"inet:[0:0::0:1]:8894", "inet:[::1]:8894"},
      {"inet:[2001:DB8::A]:25", "inet:[2001:db8::a]:25"},
      {"inet:8894@[::1]", "inet:[::1]:8894"},
      {"inet6:8894@::1", "inet:[::1]:8894"},
      {"inet:0.0.0.0:1", "inet:0.0.0.0:1"},
      {"unix:/run/lostletter/milter.sock", "unix:/run/lostletter/milter.sock"},
      {"local:/run/x", "unix:/run/x"},
      {"unix:/a b:c@d", "unix:/a b:c@d"},
      {"fd:milter", "fd:milter"},
      {"fd:lostletter.socket", "fd:lostletter.socket"},
      {long_path, long_path},
      {too_long_path, too_long},

      {"",
       ": must begin with unix:, inet: or fd:, as in inet:127.0.0.1:8894 or "
       "unix:/run/lostletter/milter.sock"},
      {"127.0.0.1:8894",
       "127.0.0.1:8894: must begin with unix:, inet: or fd:, as in "
       "inet:127.0.0.1:8894 or unix:/run/lostletter/milter.sock"},
      {"inet:", "inet:: needs a host and a port, as in inet:127.0.0.1:8894"},
      {"inet:8894",
       "inet:8894: needs a host and a port, as in inet:127.0.0.1:8894"},
      {"inet::8894",
       "inet::8894: needs a host and a port, as in inet:127.0.0.1:8894"},
      {"inet:::1:8894",
       "inet:::1:8894: an IPv6 address needs brackets, as in inet:[::1]:8894"},
      {"inet:mx.example.com:8894",
       "inet:mx.example.com:8894: the host must be an IPv4 or IPv6 address or "
       "localhost"},
      {"inet:127.1:8894",
       "inet:127.1:8894: the host must be an IPv4 or IPv6 address or "
       "localhost"},
      {"inet:*:8894",
       "inet:*:8894: the host must be an IPv4 or IPv6 address or localhost"},
      {"inet:127.0.0.1\0:8894"sv,
       "inet:127.0.0.1\\x00:8894: the host must be an IPv4 or IPv6 address or "
       "localhost"},
      {"inet:127.0.0.1:65536",
       "inet:127.0.0.1:65536: the port must be a number from 0 to 65535"},
      {"inet:127.0.0.1:+1",
       "inet:127.0.0.1:+1: the port must be a number from 0 to 65535"},
      {"inet:127.0.0.1:",
       "inet:127.0.0.1:: the port must be a number from 0 to 65535"},
      {"inet:smtp@127.0.0.1",
       "inet:smtp@127.0.0.1: the port must be a number from 0 to 65535"},
      {"unix:milter.sock",
       "unix:milter.sock: the path of a unix socket must begin with '/'"},
      {"unix:", "unix:: the path of a unix socket must begin with '/'"},
      {"unix:/a\nb", "unix:/a\\x0ab: the path contains a control character"},
      {"unix:/a\0b"sv, "unix:/a\\x00b: the path contains a control character"},
      {"fd:",
       "fd:: fd: takes the FileDescriptorName of a socket unit, as in "
       "fd:milter"},
      {"fd:a:b",
       "fd:a:b: fd: takes the FileDescriptorName of a socket unit, as in "
       "fd:milter"},
      {"INET:127.0.0.1:1",
       "INET:127.0.0.1:1: must begin with unix:, inet: or fd:, as in "
       "inet:127.0.0.1:8894 or unix:/run/lostletter/milter.sock"},
  };
  for (const auto& [text, parsed] : cases) {
    const auto endpoint = Endpoint::parse(text);
    EXPECT_EQ(endpoint ? endpoint->to_string() : endpoint.error().message,
              parsed)
        << "parsing " << text;
    if (endpoint) {
      EXPECT_EQ(Endpoint::parse(endpoint->to_string()), endpoint) << text;
    }
  }
}

TEST(Endpoint, IsLoopback) {
  struct Case {
    std::string_view text;
    bool loopback;
  };
  constexpr Case kCases[] = {
      {"inet:127.0.0.1:1", true},
      {"inet:127.9.9.9:1", true},
      {"inet:localhost:1", true},
      {"inet:[::1]:1", true},
      {"inet:[::ffff:127.0.0.1]:1", true},
      {"unix:/run/x", true},
      {"inet:0.0.0.0:1", false},
      {"inet:[::]:1", false},
      {"inet:192.0.2.1:1", false},
      {"inet:[2001:db8::1]:1", false},
      {"fd:milter", false},  // whatever the socket unit says
  };
  for (const auto& [text, loopback] : kCases) {
    EXPECT_EQ(Endpoint::parse(text).value().is_loopback(), loopback) << text;
  }
}

TEST(Networks, Parse) {
  struct Case {
    std::string text;
    std::string_view error;  // empty: good
  };
  const Case cases[] = {
      {"127.0.0.0/8", ""},
      {"10.0.0.1", ""},
      {"10.0.0.1/32", ""},
      {"0.0.0.0/0", ""},
      {"::/0", ""},
      {"2001:db8::/32", ""},
      {"[::1]/128", ""},
      {"[::1]", ""},
      {"10.0.0.1/8",
       "10.0.0.1/8: bits are set after the prefix; did you mean 10.0.0.0/8?"},
      {"10.255.255.255/13",
       "10.255.255.255/13: bits are set after the prefix; did you mean "
       "10.248.0.0/13?"},
      {"2001:db8::1/64",
       "2001:db8::1/64: bits are set after the prefix; did you mean "
       "2001:db8::/64?"},
      {"10.0.0.0/33",
       "10.0.0.0/33: the prefix length must be a number from 0 to 32"},
      {"::/129", "::/129: the prefix length must be a number from 0 to 128"},
      {"10.0.0.0/",
       "10.0.0.0/: the prefix length must be a number from 0 to "
       "32"},
      {"10.0.0.0/-1",
       "10.0.0.0/-1: the prefix length must be a number from 0 to 32"},
      {"10.0.0.0/255.0.0.0",
       "10.0.0.0/255.0.0.0: the prefix length must be a number from 0 to 32"},
      {"10/8",
       "10/8: not a network: write an address and a prefix length, as in "
       "10.0.0.0/8 or 2001:db8::/32"},
      {"",
       ": not a network: write an address and a prefix length, as in "
       "10.0.0.0/8 or 2001:db8::/32"},
      {"example.com",
       "example.com: not a network: write an address and a prefix length, as "
       "in 10.0.0.0/8 or 2001:db8::/32"},
  };
  for (const auto& [text, error] : cases) {
    const auto networks = Networks::parse({"192.0.2.0/24", text});
    EXPECT_EQ(networks ? "" : networks.error().message, error) << text;
  }
}

TEST(Networks, Contains) {
  struct Case {
    std::vector<std::string> networks;
    std::string_view address;
    bool inside;
  };
  const Case cases[] = {
      {{"127.0.0.0/8", "::1"}, "127.0.0.1", true},
      {{"127.0.0.0/8", "::1"}, "127.255.255.255", true},
      {{"127.0.0.0/8", "::1"}, "128.0.0.0", false},
      {{"127.0.0.0/8", "::1"}, "::1", true},
      {{"127.0.0.0/8", "::1"}, "::2", false},
      {{"127.0.0.0/8"}, "::ffff:127.0.0.1", true},
      {{"10.0.0.0/13"}, "10.7.255.255", true},
      {{"10.0.0.0/13"}, "10.8.0.0", false},
      {{"10.0.0.1"}, "10.0.0.1", true},
      {{"10.0.0.1"}, "10.0.0.2", false},
      {{"0.0.0.0/0"}, "198.51.100.7", true},
      {{"0.0.0.0/0"}, "2001:db8::1", false},
      {{"::/0"}, "2001:db8::1", true},
      {{"::/0"}, "198.51.100.7", false},
      {{"::/0"}, "::ffff:198.51.100.7", false},
      {{"2001:db8::/33"}, "2001:db8:7fff::1", true},
      {{"2001:db8::/33"}, "2001:db8:8000::1", false},
      {{"2001:db8::/32"}, "IPv6:2001:db8::1", false},
      {{"127.0.0.0/8"}, "127.1", false},
      {{"0.0.0.0/0", "::/0"}, "", false},
      {{"0.0.0.0/0", "::/0"}, "unknown", false},
      {{"0.0.0.0/0"}, "127.0.0.1\0x"sv, false},
      {{}, "127.0.0.1", false},
  };
  for (const auto& [networks, address, inside] : cases) {
    EXPECT_EQ(Networks::parse(networks).value().contains(address), inside)
        << address;
  }
}

}  // namespace
}  // namespace lostletter::net
