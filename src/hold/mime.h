// SPDX-License-Identifier: Apache-2.0
//
// Letters we write ourselves: to the sender of a held one, and reports of what
// was not delivered. Every one has a null reverse-path and says that a program
// wrote it (RFC 3834), so that no program answers it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace lostletter::hold {

struct Part {
  std::string type;  // "text/plain", "message/delivery-status", ...
  std::string text;  // UTF-8 with LF
};

struct Outgoing {
  std::string from;  // an address
  std::string from_name;
  std::string to;
  std::string reply_to;  // empty: none
  std::string subject;
  std::string in_reply_to;  // a message id without brackets; empty: none
  Seconds at{};
  std::string message_id;  // likewise, of this letter
  std::string auto_submitted = "auto-generated";
};

// multipart/alternative: the last part is the richest (RFC 2046 5.1.4).
std::string compose_alternatives(const Outgoing& letter,
                                 const std::vector<Part>& parts);

// multipart/report; report-type=delivery-status (RFC 6522): what a person
// reads, what a program reads, and the header of the letter it is about.
std::string compose_report(const Outgoing& letter, std::string_view words,
                           std::string_view status, std::string_view header);

// "Tue, 24 Nov 2026 14:05:00 +0000" (RFC 5322 3.3).
std::string date_text(Seconds time);

}  // namespace lostletter::hold
