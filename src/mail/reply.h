// SPDX-License-Identifier: Apache-2.0
//
// An SMTP reply (RFC 5321 4.2) with an enhanced status code (RFC 3463) and text
// for people, in lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lostletter::mail {

struct Reply {
  int code = 250;                  // 2yz, 4yz or 5yz
  std::string enhanced;            // "5.7.1"; its class agrees with the code
  std::vector<std::string> lines;  // what people read, without codes

  bool operator==(const Reply&) const = default;
};

enum class Utf8 { kNo, kYes };  // is SMTPUTF8 in use?

// One physical line each, ready for the wire but without CR LF: "550-5.7.1 ..."
// and last "550 5.7.1 ...". The same enhanced code on every line (RFC 2034 4);
// control and bidirectional characters escaped; non-ASCII escaped unless
// `utf8`; at most 5 lines of at most 480 octets (longer text is cut between
// characters).
std::vector<std::string> wire_lines(const Reply& reply, Utf8 utf8);

}  // namespace lostletter::mail
