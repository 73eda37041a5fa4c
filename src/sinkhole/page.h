// SPDX-License-Identifier: Apache-2.0
//
// A sinkhole's reports for those who read, keep and forward them: a page, and
// the draft of a letter to the owner of the name that was meant.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sinkhole/queries.h"
#include "sinkhole/report.h"

namespace lostletter::sinkhole {

// Every report that says how much, says this.
inline constexpr std::string_view kUpperBound =
    "Numbers of letters from people are upper bounds: no letter was read, and "
    "without reading them not every machine can be told from a person. In the "
    "one published study that read them, one in 2,690 was left.";

// And every report that counts questions to name servers, this.
inline constexpr std::string_view kNoLetters =
    "Questions to name servers are no letters: a mail server asks before it "
    "sends and again when what it heard has expired, and a resolver asks once "
    "for all whom it serves.";

// One HTML page, whole (base/html.h).
std::string to_html(std::span<const Report> reports,
                    std::span<const QueryReport> queries);

// Whom a notice goes to: Contact fields of a security.txt (RFC 9116) that are
// mail addresses, in their order; what else stands there is passed over.
std::vector<std::string> contacts_of(std::string_view security_txt);

// A draft (RFC 5322) that a person reads, signs and sends: without From, and
// marked as unsent for mail programs. `contacts`: to postmaster when there are
// none.
std::string notice(const Report& report,
                   const std::vector<std::string>& contacts);

}  // namespace lostletter::sinkhole
