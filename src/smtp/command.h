// SPDX-License-Identifier: Apache-2.0
//
// SMTP commands (RFC 5321 4.1.1), one line each. Reading them is pure, and
// fuzzed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lostletter::smtp {

enum class Verb {
  kHelo,
  kEhlo,
  kMail,
  kRcpt,
  kData,
  kBdat,
  kRset,
  kNoop,
  kVrfy,
  kExpn,
  kHelp,
  kQuit,
  kStartTls,
  kAuth,
  kLhlo,  // LMTP (RFC 2033)
  kUnknown,
};

// SIZE=1000, SMTPUTF8
struct Parameter {
  std::string name;   // upper case
  std::string value;  // empty when there is no '='

  bool operator==(const Parameter&) const = default;
};

// "RET=HDRS SMTPUTF8"
std::string to_text(const std::vector<Parameter>& parameters);

struct Command {
  Verb verb = Verb::kUnknown;
  std::string argument;  // HELO's name; the path of MAIL and RCPT as it stands;
                         // whatever follows another verb
  std::vector<Parameter> parameters = {};  // of MAIL and RCPT

  bool operator==(const Command&) const = default;
};

// The error says what is wrong with the arguments: 501 5.5.4.
Result<Command> parse_command(std::string_view line);

}  // namespace lostletter::smtp
