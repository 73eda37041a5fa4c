// SPDX-License-Identifier: Apache-2.0
//
// Small things that all readers of logs need.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lostletter::archive {

// As Recipient::address has it: mail::Address::to_string(), or as found, the
// first 512 bytes.
std::string address_text(std::string_view found);
// The same into a text whose memory is used again.
void set_address(std::string& to, std::string_view found);

// As Letter::id has it: "<a@b>" -> "a@b".
std::string id_text(std::string_view found);
// The same, within what was found.
std::string_view id_in(std::string_view found);

// Whether it is an address that mail::Address::to_string() leaves as it is, as
// far as that can be told quickly. False says nothing.
bool is_plain_address(std::string_view text);

// Removes `prefix` from the front of `text`; false when it is not there.
inline bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// What stands before `end`; removed with it. All of it when there is none.
inline std::string_view take_until(std::string_view& text,
                                   std::string_view end) {
  const auto at = text.find(end);
  const auto taken = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + end.size());
  return taken;
}

// "550 5.1.1 No such user" anywhere in `text` -> "5.1.1"; or nothing.
std::string_view status_in(std::string_view text);

// The digits at the front; 0: none. No more than 18 of them.
std::uint64_t number_of(std::string_view digits);

}  // namespace lostletter::archive
