// SPDX-License-Identifier: Apache-2.0
//
// The report that is owed when a recipient was taken from a letter after it was
// accepted and does not get it (RFC 3461, RFC 3464): the header of the letter,
// never its body.
#pragma once

#include <string>
#include <string_view>

#include "hold/options.h"
#include "store/held.h"

namespace lostletter::hold {

// Does the sender want to hear of a failure (NOTIFY, RFC 3461 4.1)? Not when
// there is no reverse-path.
bool wants_report(const store::HeldLetter& letter,
                  const store::HeldRecipient& recipient);

// The whole message, to the reverse-path. `header`: of the held letter.
std::string write_report(const store::HeldLetter& letter,
                         const store::HeldRecipient& recipient,
                         std::string_view header, const Options& options,
                         Seconds now);

// A parameter of MAIL or RCPT ("NOTIFY") in a list as it was sent; empty when
// it is not there. Case does not matter.
std::string parameter_of(std::string_view parameters, std::string_view name);

}  // namespace lostletter::hold
