// SPDX-License-Identifier: Apache-2.0
//
// What an envelope says, read once: who submits, whether the mail is leaving,
// and which addresses one RCPT names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gate/options.h"
#include "milter/command.h"

namespace lostletter::gate {

// "<a@x>" -> "a@x"; a path without them as it stands. Lives as long as `path`.
std::string_view without_brackets(std::string_view path);

// Whom a question is put to, and who alone may answer it: "login:ann", or
// "client:192.0.2.1/ann@example.com" for a client inside that need not log in.
std::string submitter_key(std::string_view login, std::string_view client,
                          std::string_view reverse_path);

// Is mail of this client leaving, so that we judge it? A login says so; else
// its address decides. Locally submitted mail always is.
bool is_leaving(std::string_view login, const milter::Connect& client,
                const net::Networks& inside, Traffic traffic);

// Options::our_domains, made ready to compare with.
class OwnDomains {
 public:
  // "example.com": that name; "*.example.com": every name at or under it.
  explicit OwnDomains(const std::vector<std::string>& entries);
  // `domain`: lower-case A-labels.
  bool contains(std::string_view domain) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::string> parents_;
};

// One RCPT: what was typed, and what the MTA made of it. Postfix delivers
// <army.ml!ann> to ann@army.ml, so both are read.
struct Recipient {
  // Whom questions and confirmations are about: what the MTA delivers to, lower
  // case, because no mail system in use tells Ann from ann.
  std::string key;
  // What is to be judged: never empty. Where the typed and the resolved address
  // differ in case, a final dot or a source route only, as typed.
  std::vector<std::string> addresses;
  // The resolved address when it was typed in another case: a rule may name
  // either.
  std::string other_case;
  // <postmaster> and our own domains are never stopped (RFC 5321 4.5.1).
  bool exempt = false;
};
Recipient read_recipient(std::string_view forward_path,
                         std::string_view resolved, const OwnDomains& ours);

}  // namespace lostletter::gate
