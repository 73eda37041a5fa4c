// SPDX-License-Identifier: Apache-2.0
//
// Authentication-Results (RFC 8601): what our own servers found out about who
// sent a message. Anybody can write such a field, so only those of servers that
// the caller trusts count, and only where ours put them: on top, together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "archive/letter.h"

namespace lostletter::archive {

struct MethodResult {
  std::string method;  // "dkim", lower case
  std::string result;  // "pass", lower case
  // "header.d" -> "example.com", as written but for its quotes.
  std::vector<std::pair<std::string, std::string>> properties;

  bool operator==(const MethodResult&) const = default;
};

struct AuthenticationResults {
  std::string server;  // authserv-id, lower case
  std::vector<MethodResult> results;

  bool operator==(const AuthenticationResults&) const = default;
};

// The body of one field. Never fails: what cannot be read ends the list.
AuthenticationResults parse_authentication_results(std::string_view body);

// `fields`: those that stand together on top of the header section, topmost
// first. `author_domain`: of the only author, in ASCII; empty when there are
// none or several. A higher field's word on a method stands above a lower
// one's.
Authentic judge_authentication(const std::vector<std::string>& fields,
                               const std::vector<std::string>& trusted,
                               std::string_view author_domain);

}  // namespace lostletter::archive
