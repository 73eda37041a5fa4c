// SPDX-License-Identifier: Apache-2.0
//
// Addresses at the name no mail leaves by (hold.invalid): what the MTA routes
// to us, and what each local part is good for.
//
//   CODE@hold.invalid         a letter's copy, added by the guard itself
//   TOKEN@ack.hold.invalid    goes along with a released letter: its coming
//                             back proves that the MTA took the letter
//   TOKEN@reply.hold.invalid  the answer of a sender, by mail
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lostletter::hold {

enum class AddressKind { kLetter, kAcknowledgement, kReply };

struct HoldAddress {
  AddressKind kind{};
  std::string word;  // CODE or TOKEN, lower case

  bool operator==(const HoldAddress&) const = default;
};

// `domain`: lower-case A-labels.
std::string hold_address(AddressKind kind, std::string_view word,
                         std::string_view domain);

// Nothing when it is no address at `domain` or below. Below it, but at none of
// ours: kLetter with an empty word.
std::optional<HoldAddress> read_hold_address(std::string_view address,
                                             std::string_view domain);

}  // namespace lostletter::hold
