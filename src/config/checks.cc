// SPDX-License-Identifier: Apache-2.0
#include "config/checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "config/config.h"
#include "dns/server.h"
#include "domain/name.h"
#include "guard/assess.h"
#include "guard/budget.h"
#include "mail/address.h"
#include "net/endpoint.h"
#include "sinkhole/names.h"

namespace lostletter::config {

Result<std::string> check_domain(std::string_view text) {
  Result<domain::Name> name = domain::Name::parse(text);
  if (name) return name->ascii();
  return fail(fmt::format("'{}' is no domain name: {}", printable(text, 100),
                          name.error().message));
}

Result<std::string> check_domain_pattern(std::string_view text) {
  const bool below = text.starts_with("*.");
  Result<std::string> name = check_domain(below ? text.substr(2) : text);
  if (name && below) name->insert(0, "*.");
  return name;
}

Result<std::string> check_block(std::string_view text) {
  guard::Rules rules;
  rules.block.emplace_back(text);
  if (const auto fine = guard::check_rules(rules); !fine) {
    return std::unexpected(fine.error());
  }
  return std::string(text);
}

Result<std::string> check_resolver(std::string_view text) {
  if (text == kHostResolvers) return std::string(text);
  if (auto server = dns::Server::parse(text); !server) {
    return std::unexpected(server.error());
  }
  return std::string(text);
}

Result<std::string> check_listen(std::string_view text) {
  if (auto endpoint = parse_listen(text); !endpoint) {
    return std::unexpected(endpoint.error());
  }
  return std::string(text);
}

Result<std::string> check_wrong_name(std::string_view text) {
  if (auto names = sinkhole::Names::parse({std::string(text)}); !names) {
    return std::unexpected(names.error());
  }
  return std::string(text);
}

Result<std::string> check_dial(std::string_view text) {
  if (const auto dial = guard::Dial::parse(text); !dial) {
    return std::unexpected(dial.error());
  }
  return std::string(text);
}

Result<std::string> check_network(std::string_view text) {
  const auto fine = net::Networks::parse({std::string(text)});
  if (!fine) return std::unexpected(fine.error());
  return std::string(text);
}

Result<std::string> check_server(std::string_view text) {
  const bool is_word = std::ranges::all_of(
      text, [](char c) { return c > ' ' && c < 0x7f && c != ';'; });
  if (text.empty() || !is_word) {
    return fail(fmt::format("'{}' is no server", printable(text, 100)));
  }
  return std::string(text);
}

Result<std::string> check_endpoint(std::string_view text) {
  if (text.empty()) return std::string();
  const auto endpoint = net::Endpoint::parse(text);
  if (!endpoint) return std::unexpected(endpoint.error());
  return endpoint->to_string();
}

Result<std::string> check_mailbox(std::string_view text) {
  const bool bare = text.find('@') == text.npos;
  const std::string whole = std::string(text) + (bare ? "@example.com" : "");
  if (text.empty() || mail::Address::parse(whole)) return std::string(text);
  return fail(fmt::format("'{}' is no address", printable(text, 100)));
}

Result<std::string> check_url(std::string_view text) {
  const bool plain = std::ranges::all_of(
      text, [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '?'; });
  if (!plain ||
      !(text.starts_with("https://") || text.starts_with("http://"))) {
    return fail("must begin with https:// or http://, without ? and spaces");
  }
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

Result<std::string> check_entry(std::string_view text) {
  if (!text.empty() && trim(text) == text) return std::string(text);
  return fail("must be a login, an address or *.domain, without spaces around");
}

Result<std::string> check_path(std::string_view text) {
  if (text.empty()) return fail("must be the path of a file, not ''");
  if (text.find('\0') != text.npos) return fail("a path has no NUL byte");
  return std::string(text);
}

}  // namespace lostletter::config
