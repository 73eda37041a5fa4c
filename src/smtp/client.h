// SPDX-License-Identifier: Apache-2.0
//
// Hands one letter to an MTA by SMTP (RFC 5321), on the calling thread, and
// tells exactly how sure it is of what became of it. Whoever hands over a
// letter that must not arrive twice writes that down in `before_dot`: until
// then the MTA cannot have it, from then on only the MTA knows.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mail/reply.h"
#include "net/endpoint.h"

namespace lostletter::smtp {

struct ClientOptions {
  net::Endpoint server;            // unix: or inet:
  std::string name = "localhost";  // in EHLO
  // Each for one wait: to be connected, for a reply (the greeting too), to
  // write the content, for the reply to the final dot (RFC 5321 4.5.3.2).
  std::chrono::milliseconds connect_time{30'000};
  std::chrono::milliseconds reply_time{300'000};
  std::chrono::milliseconds content_time{600'000};
  std::chrono::milliseconds final_time{600'000};
};

struct OutgoingRecipient {
  std::string address;     // without brackets
  std::string parameters;  // ESMTP: "NOTIFY=NEVER"
};

struct OutgoingLetter {
  std::string reverse_path;  // without brackets; empty: null
  std::string parameters;    // ESMTP, as MAIL had them: "RET=HDRS SMTPUTF8"
  std::vector<OutgoingRecipient> recipients;
  std::string content;  // any line ends; see stuffed() (smtp/content.h)
};

struct Outcome {
  enum class Kind {
    kAccepted,     // the MTA has it: 2yz to the final dot
    kDeferred,     // 4yz: it does not have it; again later
    kRefused,      // 5yz: it does not have it, and never will
    kNothingSent,  // no final dot was written: it does not have it
    kUncertain,    // a dot may have been written, no reply to it was read
  };
  Kind kind = Kind::kNothingSent;
  // Of the first three: what the MTA said; of a letter that needs what the MTA
  // does not offer (SMTPUTF8, REQUIRETLS), or that cannot be written as SMTP,
  // kRefused and what we say.
  mail::Reply reply = {};
  // Whom it was said of, when it was said of one.
  std::optional<std::size_t> recipient = {};
  std::string queue_id =
      {};                 // the MTA's, where its reply tells (Postfix, Exim)
  std::string text = {};  // one line for people and logs: where, and what
};

// Everybody or nobody: when one recipient is refused, the letter is not sent,
// and the outcome is that of the first 5yz, else of the first 4yz. MAIL's and
// RCPT's parameters are cut down to what the MTA offers; SIZE, and BODY and
// SMTPUTF8 where the letter needs them, are put there. `before_dot` is called
// once, just before the final dot, when everything else is written; false: the
// connection is dropped without it; likewise when it throws, and what it threw
// goes on to the caller.
Outcome send_letter(const ClientOptions& options, const OutgoingLetter& letter,
                    const std::function<bool()>& before_dot);

}  // namespace lostletter::smtp
