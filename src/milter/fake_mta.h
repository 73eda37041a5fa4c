// SPDX-License-Identifier: Apache-2.0
//
// The MTA's half of the protocol, for tests: whole frames as Postfix and
// Sendmail write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "milter/frame.h"

namespace lostletter::milter::fake_mta {

// What Postfix 3.7 offers.
inline constexpr std::uint32_t kPostfixActions = 0x1ff;
inline constexpr std::uint32_t kPostfixProtocol = 0x1fffff;

inline std::string strings(const std::vector<std::string>& texts) {
  std::string bytes;
  for (const std::string& text : texts) bytes += text + '\0';
  return bytes;
}

inline std::string negotiate(std::uint32_t version = 6,
                             std::uint32_t actions = kPostfixActions,
                             std::uint32_t protocol = kPostfixProtocol) {
  return frame(
      'O', big_endian(version) + big_endian(actions) + big_endian(protocol));
}

inline std::string macros(
    char command,
    const std::vector<std::pair<std::string, std::string>>& values) {
  std::string payload(1, command);
  for (const auto& [name, value] : values) payload += strings({name, value});
  return frame('D', payload);
}

inline std::string connect(const std::string& hostname, char family,
                           std::uint16_t port, const std::string& address) {
  std::string payload = strings({hostname}) + family;
  if (family != 'U') {
    payload += static_cast<char>(port >> 8);
    payload += static_cast<char>(port & 0xff);
    payload += strings({address});
  }
  return frame('C', payload);
}

inline std::string text(char letter, const std::vector<std::string>& texts) {
  return frame(letter, strings(texts));
}

// The frames of one message, from MAIL to its end.
inline std::string message(const std::string& from, const std::string& to) {
  return macros('M', {{"{mail_addr}", from}}) + text('M', {"<" + from + ">"}) +
         macros('R', {{"{rcpt_addr}", to}}) + text('R', {"<" + to + ">"});
}

}  // namespace lostletter::milter::fake_mta
