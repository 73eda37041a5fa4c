// SPDX-License-Identifier: Apache-2.0
//
// What lets a sender answer without a login: a link, or an address to reply
// to, that nobody can make without the secret of the store. Each is good for
// one thing about one recipient of one letter. It expires with what it is
// about: once a recipient is no longer held, no token moves it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lostletter::hold {

enum class Purpose : unsigned char {
  kMend = 'm',     // send to the address it resembles
  kSend = 's',     // send as typed
  kDiscard = 'd',  // do not send
  kReply = 'r',    // any of these, by a word in a letter
};

struct Token {
  std::string code;  // store::HeldLetter::code
  std::size_t recipient = 0;
  Purpose purpose{};

  bool operator==(const Token&) const = default;
};

// At most 64 letters and digits, lower case: fits a local part. `secret`:
// store::Store::secret(). REQUIRES: a code of store::new_code(), a recipient
// below 65536.
std::string make_token(std::string_view secret, const Token& token);

// Nothing unless it is exactly what make_token made with this secret, but for
// the case of its letters.
std::optional<Token> read_token(std::string_view secret, std::string_view text);

}  // namespace lostletter::hold
