// SPDX-License-Identifier: Apache-2.0
//
// Who may talk to us: pure checks of what a request says about where it was
// sent (Host), from which page (Origin) and with which secret (Authorization,
// Cookie). Everything here reads hostile text.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter::http {

// The request target in origin-form (RFC 9112 3.2.1): the path as sent, never
// decoded, because routes are exact; the query decoded, the last of two wins.
struct Target {
  std::string path;
  std::map<std::string, std::string> query;
};
Result<Target> parse_target(std::string_view target);

// The uri-host of a Host header (RFC 9110 7.2), lower-case, brackets kept,
// without the port; nothing when it is malformed or empty.
std::optional<std::string> host_of(std::string_view header);

// localhost, 127.0.0.0/8 or [::1]: what a page of a stranger, whose name was
// made to resolve to us, cannot send as its Host.
bool is_loopback_host(std::string_view host);

// Is the page at `origin` (RFC 6454 7: "http://127.0.0.1:8025", "null") one
// of ours, when the request was sent to `host_header`?
bool is_same_origin(std::string_view origin, std::string_view host_header);

// The secret of "Authorization: Bearer SECRET" (RFC 6750 2.1), or nothing.
std::optional<std::string> bearer_token(std::string_view authorization);

// The value of a cookie in a Cookie header (RFC 6265 4.2.1), or nothing.
std::optional<std::string> cookie_value(std::string_view header,
                                        std::string_view name);

// Takes as long for a near miss as for a wild guess, whatever the lengths.
bool is_same_secret(std::string_view given, std::string_view wanted);

// What the cookie holds in the token's stead: it does not tell the token, and
// outlives a restart.
std::string session_secret(std::string_view token);

}  // namespace lostletter::http
