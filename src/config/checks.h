// SPDX-License-Identifier: Apache-2.0
//
// What the text of an option may be (Checked and Texts of config/kinds.h): the
// usual form of a text that is fine, else an error for whoever wrote it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter::config {

Result<std::string> check_domain(std::string_view text);
// "example.com", or "*.example.com" for the name and all below it.
Result<std::string> check_domain_pattern(std::string_view text);
// An entry of guard::Rules.
Result<std::string> check_block(std::string_view text);
// A dns::Server, or kHostResolvers.
Result<std::string> check_resolver(std::string_view text);
Result<std::string> check_listen(std::string_view text);
// "army.ml=army.mil" (sinkhole::Names).
Result<std::string> check_wrong_name(std::string_view text);
// A guard::Dial.
Result<std::string> check_dial(std::string_view text);
Result<std::string> check_network(std::string_view text);
// An authserv-id (RFC 8601 2.2): mostly a name, but any word will do.
Result<std::string> check_server(std::string_view text);
// A net::Endpoint; empty for none.
Result<std::string> check_endpoint(std::string_view text);
// An address, or a local part the MTA completes; empty for none.
Result<std::string> check_mailbox(std::string_view text);
// Without '/' at its end.
Result<std::string> check_url(std::string_view text);
// A login, an address or "*.domain".
Result<std::string> check_entry(std::string_view text);
Result<std::string> check_path(std::string_view text);

}  // namespace lostletter::config
