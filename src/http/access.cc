// SPDX-License-Identifier: Apache-2.0
#include "http/access.h"

#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/random.h"
#include "base/text.h"

namespace lostletter::http {
namespace {

// keyed_hash wants 16 bytes. It hides nothing: the token is the secret.
constexpr std::string_view kCompareKey = "lostletter.compare";
constexpr std::string_view kSessionKey = "lostletter.session";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// RFC 3986 2.1, and '+' for a space as forms write it.
Result<std::string> decode_component(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return fail("the query has a '%' without two hexadecimal digits");
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

// RFC 3986 3.2.2: what a name or a literal may be made of, and no more.
bool is_host_byte(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || is_digit(c) || c == '-' ||
         c == '.' || c == '_';
}

bool is_literal_byte(char c) {
  return hex_digit(c) >= 0 || c == ':' || c == '.';
}

bool is_port(std::string_view text) {
  return text.empty() || (text.front() == ':' && text.size() <= 6 &&
                          std::all_of(text.begin() + 1, text.end(), is_digit));
}

}  // namespace

Result<Target> parse_target(std::string_view target) {
  if (target.empty() || target.front() != '/') {
    return fail("the request target must begin with '/'");
  }
  // RFC 9112 3.2 has no fragment; a client that sends one is confused.
  if (target.find('#') != target.npos) {
    return fail("the request target must have no '#'");
  }
  Target parsed;
  const auto mark = target.find('?');
  parsed.path = std::string(target.substr(0, mark));
  if (mark == target.npos) return parsed;
  for (const std::string_view pair : split(target.substr(mark + 1), '&')) {
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto key = decode_component(pair.substr(0, equals));
    if (!key) return std::unexpected(key.error());
    auto value =
        decode_component(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return std::unexpected(value.error());
    parsed.query[*std::move(key)] = *std::move(value);
  }
  return parsed;
}

std::optional<std::string> host_of(std::string_view header) {
  const bool literal = header.starts_with('[');
  const auto end = literal ? header.find(']') : header.find(':');
  if (literal && end == header.npos) return std::nullopt;
  const std::string_view host =
      header.substr(0, literal ? end + 1 : std::min(end, header.size()));
  if (!is_port(header.substr(host.size()))) return std::nullopt;

  const std::string_view bytes =
      literal ? host.substr(1, host.size() - 2) : host;
  if (bytes.empty() ||
      !std::ranges::all_of(bytes, literal ? is_literal_byte : is_host_byte)) {
    return std::nullopt;
  }
  return ascii_lower(host);
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost") return true;
  in_addr v4{};
  if (inet_pton(AF_INET, std::string(host).c_str(), &v4) == 1) {
    return ntohl(v4.s_addr) >> 24 == 127;
  }
  if (!host.starts_with('[') || !host.ends_with(']')) return false;
  in6_addr v6{};
  const std::string bare(host.substr(1, host.size() - 2));
  return inet_pton(AF_INET6, bare.c_str(), &v6) == 1 &&
         IN6_IS_ADDR_LOOPBACK(&v6);
}

bool is_same_origin(std::string_view origin, std::string_view host_header) {
  // https: something in front of us may speak TLS. The port belongs to the
  // origin: another service on this host is a stranger.
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) {
      return ascii_iequals(origin.substr(scheme.size()), host_header);
    }
  }
  return false;
}

std::optional<std::string> bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!ascii_iequals(authorization.substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  return std::string(trim(authorization.substr(kScheme.size())));
}

std::optional<std::string> cookie_value(std::string_view header,
                                        std::string_view name) {
  for (const std::string_view piece : split(header, ';')) {
    const std::string_view pair = trim(piece);
    const auto equals = pair.find('=');
    if (equals != pair.npos && pair.substr(0, equals) == name) {
      return std::string(pair.substr(equals + 1));
    }
  }
  return std::nullopt;
}

bool is_same_secret(std::string_view given, std::string_view wanted) {
  // Hashes have one length, so not even that of the secret shows.
  const std::string a = keyed_hash(kCompareKey, given);
  const std::string b = keyed_hash(kCompareKey, wanted);
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^
                                        static_cast<unsigned char>(b[i]));
  }
  return difference == 0;
}

std::string session_secret(std::string_view token) {
  return keyed_hash(kSessionKey, token);
}

}  // namespace lostletter::http
