// SPDX-License-Identifier: Apache-2.0
//
// What the sender is told when a recipient is refused (DESIGN 4): what was
// typed, what it resembles, what to do next, a reference.
#pragma once

#include <chrono>
#include <string_view>

#include "guard/assess.h"
#include "mail/reply.h"

namespace lostletter::guard {

struct RefusalText {
  std::string_view reference;   // of the verdict, for `lostletter explain`
  std::chrono::minutes window;  // to send it again, when asking
  std::string_view contact;     // whom to ask; may be empty
  bool whole_letter = false;    // no recipient of it was accepted
};

// 550 5.1.2 where the DNS proves that the domain does not exist or has no mail
// service, 556 5.1.10 where it says so itself (RFC 7505 4.2); otherwise, and
// for what is blocked, 550 5.7.1. REQUIRES: action is kAsk or kReject.
mail::Reply refusal(const Assessment& assessment, const RefusalText& text);

}  // namespace lostletter::guard
