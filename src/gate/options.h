// SPDX-License-Identifier: Apache-2.0
//
// What a site may set about the gate; each field has its row in
// config/options.cc.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "guard/assess.h"
#include "hold/options.h"
#include "milter/handler.h"
#include "net/endpoint.h"

namespace lostletter::gate {

// What comes in by a listener.
enum class Traffic {
  kSubmission,  // people: refused at RCPT, may be asked
  kRelay,       // other servers: refused at RCPT, nobody to ask
  kLocal,       // non_smtpd_milters: a refusal would stay in the maildrop for
                // ever, so it is judged and logged only
};

enum class LogAddresses { kClear, kHashed, kDomain };

struct ListenerOptions {
  net::Endpoint endpoint;
  Traffic traffic = Traffic::kSubmission;
  std::optional<guard::Mode> mode;  // else Options::mode
  // Of letters held here; else hold::Options::at_deadline.
  std::optional<hold::AtDeadline> at_deadline = {};
  milter::OnFailure on_failure = milter::OnFailure::kTempfail;
};

struct Options {
  guard::Mode mode = guard::Mode::kAsk;
  std::vector<std::string> our_domains;  // "example.com" or "*.example.com"
  net::Networks inside;                  // whose mail is leaving
  std::string contact;                   // whom a refused sender may ask
  LogAddresses log_addresses = LogAddresses::kClear;

  std::chrono::seconds confirm_within{600};  // from the question
  std::chrono::seconds confirm_after{5};     // no sooner: a machine is quick
  std::chrono::days remember{90};            // a confirmation
  std::size_t most_questions = 1000;  // open ones of one submitter; beyond
                                      // them a resend is asked about again

  // guard::Dial: how many, of one person.
  std::string questions = "unlimited";

  // Logins, addresses ("scanner@example.com"), domains ("*.example.com") that
  // nobody answers for at RCPT: programs, machines.
  std::vector<std::string> not_interactive = {};
  hold::Options hold;

  bool learn = true;  // tell HearLetter of letters
};

}  // namespace lostletter::gate
