// SPDX-License-Identifier: Apache-2.0
//
// Sendmail's log (Sendmail Installation and Operation Guide, section "Log
// Level"; LogLevel 9, its default).
//
//   ID: from=<ann@example.com>, size=1234, nrcpts=1, msgid=<...>, relay=...
//   ID: to=<bob@example.org>, delay=..., relay=..., dsn=2.0.0, stat=Sent (...)
//   ID: ruleset=check_rcpt, arg1=<bob@example.org>, ..., reject=550 5.1.1 ...
//   AUTH=server, relay=..., authid=ann, ...     before the letter, or with ID:
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "archive/log_line.h"
#include "archive/processes.h"
#include "archive/under_way.h"
#include "archive/waiting.h"

namespace lostletter::archive {

class Sendmail {
 public:
  // Both must outlive this. `waiting`: see UnderWay.
  explicit Sendmail(UnderWay& letters, Waiting* waiting = nullptr)
      : letters_(&letters), waiting_(waiting) {}

  static bool is_program(std::string_view program);

  // Empty, or a reason (reasons.h), or kWaits.
  std::string_view read(const LogLine& line, std::uint64_t number);

  // By host and process: who logged in, and whom it speaks TLS with.
  Processes& logins() { return logins_; }
  Processes& encrypted() { return encrypted_; }

 private:
  std::string_view read_from(const LogLine& line, std::uint64_t number,
                             std::string_view text);
  std::string_view read_to(const LogLine& line, std::uint64_t number,
                           std::string_view text);
  std::string_view read_refusal(const LogLine& line, std::uint64_t number,
                                std::string_view text);
  std::string process_of(const LogLine& line) const;
  bool was_over_tls(const LogLine& line, std::string_view relay,
                    Seconds letter_at);

  UnderWay* letters_;
  Waiting* waiting_;
  std::string key_;
  Processes logins_;
  Processes encrypted_;
};

}  // namespace lostletter::archive
