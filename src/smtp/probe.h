// SPDX-License-Identifier: Apache-2.0
//
// What a mail host says of a recipient, asked as a sending server asks and left
// before there is a letter: EHLO, MAIL FROM:<>, RCPT, RSET, QUIT. DATA is not
// among the commands that can be sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace lostletter::smtp {

enum class Probed : std::uint8_t {
  kTaken,        // 2yz for the recipient
  kRefused,      // 5yz, of whatever command
  kLater,        // 4yz: greylisted, or busy
  kUnreachable,  // no connection, or silence
  kNoSmtp,       // something else answers
};
std::string_view to_string(Probed probed);

struct ProbeResult {
  Probed probed = Probed::kUnreachable;
  int code = 0;      // the last reply; 0: there was none
  std::string text;  // its last line, printable
};

struct ProbeOptions {
  std::string host = "localhost";  // as we greet
  std::uint16_t port = 25;
  std::chrono::milliseconds patience{10'000};  // for all of it
};

// `address` is one of IPv4 or IPv6. Waits. REQUIRES: `recipient` is an address
// that mail::Address::parse takes, and ASCII.
ProbeResult probe(const std::string& address, std::string_view recipient,
                  const ProbeOptions& options);

// A reply as it arrives: its code once its last line is whole, 0 before, -1
// when it is none (RFC 5321 4.2).
int reply_code(std::string_view bytes);

}  // namespace lostletter::smtp
