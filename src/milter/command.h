// SPDX-License-Identifier: Apache-2.0
//
// Milter commands, protocol version 6: what the MTA tells the filter, one
// struct for each letter of the wire protocol (Sendmail's
// include/libmilter/mfdef.h, Postfix's milter8.c). Decoding is pure, so tests
// and fuzzers need no socket.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace lostletter::milter {

// 'O': what the MTA offers.
struct Negotiate {
  std::uint32_t version = 0;
  std::uint32_t actions = 0;   // SMFIF_*
  std::uint32_t protocol = 0;  // SMFIP_*
};
// 'D': macros for the command whose letter it names; sent just before it. The
// names are bare: "i", "auth_authen".
struct Macros {
  char command = 0;
  std::vector<std::pair<std::string, std::string>> values;
};
// 'C': the SMTP client connected.
struct Connect {
  std::string hostname;
  char family = 'U';  // '4', '6', 'L' (unix), 'U' (unknown)
  std::uint16_t port = 0;
  std::string address;  // "192.0.2.1"; Sendmail's "IPv6:" prefix removed
};
struct Helo {  // 'H'
  std::string name;
};
// 'M': the reverse-path of MAIL FROM as sent, and its ESMTP parameters.
struct Mail {
  std::string reverse_path;
  std::vector<std::string> parameters;
};
// 'R': the forward-path of one RCPT TO as sent, and its ESMTP parameters.
struct Rcpt {
  std::string forward_path;
  std::vector<std::string> parameters;
};
struct Data {};  // 'T'
// 'L': one header field; the body with its leading space when negotiated, folds
// as LF.
struct Header {
  std::string name;
  std::string body;
};
struct EndOfHeaders {};  // 'N'
struct Body {            // 'B': a piece of the body
  std::string bytes;
};
struct EndOfMessage {  // 'E': the message is complete; may carry a last piece
  std::string bytes;
};
struct Abort {};    // 'A': the message is over, finished or not
struct Quit {};     // 'Q'
struct QuitNew {};  // 'K': this connection ends, another follows on the socket
struct Unknown {    // 'U': an SMTP command the MTA does not know
  std::string command;
};

using Command = std::variant<Negotiate, Macros, Connect, Helo, Mail, Rcpt, Data,
                             Header, EndOfHeaders, Body, EndOfMessage, Abort,
                             Quit, QuitNew, Unknown>;

// Decodes one frame: the command letter and its payload, length removed. What
// follows a complete payload is ignored.
Result<Command> decode(std::string_view frame);

}  // namespace lostletter::milter
