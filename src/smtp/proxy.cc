// SPDX-License-Identifier: Apache-2.0
#include "smtp/proxy.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <arpa/inet.h>

#include "base/text.h"

namespace lostletter::smtp {
namespace {

constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kHead = 16;  // of version 2: signature and four octets
constexpr std::size_t kMostLine = 107;
constexpr std::string_view kWord = "PROXY ";

// In its shortest form; nothing for what is no address of the family.
std::optional<std::string> address_of(int family, std::string_view text) {
  const std::string copy(text);
  std::array<unsigned char, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> shown{};
  if (copy.size() != text.size() ||
      inet_pton(family, copy.c_str(), bytes.data()) != 1) {
    return std::nullopt;
  }
  return inet_ntop(family, bytes.data(), shown.data(), shown.size());
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() &&
         !text.empty() && port <= 65535;
}

Result<std::optional<ProxyHeader>> read_line(std::string_view bytes) {
  const auto end = bytes.substr(0, kMostLine).find("\r\n");
  if (end == bytes.npos) {
    if (bytes.size() >= kMostLine) return fail("a PROXY line without an end");
    return std::nullopt;
  }
  ProxyHeader header{end + 2, ""};
  const auto words = split(bytes.substr(0, end), ' ');
  if (words.size() >= 2 && words[1] == "UNKNOWN") return header;
  const int family = words.size() < 2     ? 0
                     : words[1] == "TCP4" ? AF_INET
                     : words[1] == "TCP6" ? AF_INET6
                                          : 0;
  if (family == 0 || words.size() != 6 || !is_port(words[4]) ||
      !is_port(words[5]) || !address_of(family, words[3])) {
    return fail("a PROXY line that is none");
  }
  auto client = address_of(family, words[2]);
  if (!client) return fail("a PROXY line that is none");
  header.client = std::move(*client);
  return header;
}

std::size_t length_of(std::string_view bytes) {
  return static_cast<std::size_t>(static_cast<unsigned char>(bytes[14])) << 8 |
         static_cast<unsigned char>(bytes[15]);
}

std::string text_of(int family, std::string_view bytes) {
  std::array<char, INET6_ADDRSTRLEN> shown{};
  return inet_ntop(family, bytes.data(), shown.data(), shown.size());
}

Result<std::optional<ProxyHeader>> read_binary(std::string_view bytes) {
  if (bytes.size() < kHead) return std::nullopt;
  const auto version = static_cast<unsigned char>(bytes[12]);
  const auto family = static_cast<unsigned char>(bytes[13]);
  const std::size_t size = kHead + length_of(bytes);
  if (version != 0x20 && version != 0x21) {
    return fail("a PROXY header of an unknown version or command");
  }
  if (size > kMostProxyHeader) return fail("a PROXY header that is too long");
  if (bytes.size() < size) return std::nullopt;
  ProxyHeader header{size, ""};
  if (version == 0x20) return header;  // LOCAL
  constexpr unsigned char kTcp4 = 0x11;
  constexpr unsigned char kTcp6 = 0x21;
  // Source and destination address, and their ports.
  const auto rest = bytes.substr(kHead, size - kHead);
  if (family == kTcp4 && rest.size() >= 12) {
    header.client = text_of(AF_INET, rest);
  } else if (family == kTcp6 && rest.size() >= 36) {
    header.client = text_of(AF_INET6, rest);
  } else if (family == kTcp4 || family == kTcp6) {
    return fail("a PROXY header without its addresses");
  }
  return header;
}

// Does one begin like the other, as far as there are both?
bool agree(std::string_view a, std::string_view b) {
  const auto size = std::min(a.size(), b.size());
  return a.substr(0, size) == b.substr(0, size);
}

}  // namespace

Result<std::optional<ProxyHeader>> read_proxy_header(std::string_view bytes) {
  if (agree(bytes, kSignature)) return read_binary(bytes);
  if (agree(bytes, kWord)) return read_line(bytes);
  return fail("no PROXY header");
}

// A line is read octet by octet: what follows it is the client's.
std::size_t proxy_header_needs(std::string_view bytes) {
  if (bytes.size() < kHead) {
    const bool binary = !bytes.empty() && agree(bytes, kSignature);
    return binary ? kHead - bytes.size() : 1;
  }
  return agree(bytes, kSignature) ? kHead + length_of(bytes) - bytes.size() : 1;
}

}  // namespace lostletter::smtp
