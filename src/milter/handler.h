// SPDX-License-Identifier: Apache-2.0
//
// What a milter session asks of whoever decides. One Handler for each SMTP
// connection (milter connection); messages follow each other on it:
//
//   connect? (mail rcpt* header* end_of_message? abort)*
//
// `abort` comes after every message, also a successful one, and also when the
// MTA goes away or forgets it: it ends the message and keeps what is known of
// the connection. All calls come from one thread, one at a time; `done` may be
// called from any thread, once, later or at once, and outlives the session
// harmlessly. A handler that throws is answered for by Listener::on_failure
// until the message ends.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mail/reply.h"
#include "milter/command.h"

namespace lostletter::milter {

// What the handler answers. No ACCEPT, DISCARD or QUARANTINE: an ACCEPT before
// the end of message bypasses the guard (DESIGN 4), the others are not ours.
struct Proceed {};
struct Refuse {  // a reply of its own, 4yz or 5yz, with its enhanced code
  mail::Reply reply;
};
struct AddedRecipient {
  std::string address;     // "code@hold.invalid"
  std::string parameters;  // ESMTP: "NOTIFY=NEVER"; may be empty

  bool operator==(const AddedRecipient&) const = default;
};
// The letter may pass to other recipients. Only at the end of a message, and
// only after may_amend(); anything else is answered for by on_failure. Nothing
// is empty and nothing holds a NUL.
struct Amend {
  std::vector<AddedRecipient> added;
  // Exactly as the MTA knows them: what matches nothing removes nothing, and
  // nobody tells us so.
  std::vector<std::string> removed;

  bool operator==(const Amend&) const = default;
};
using Answer = std::variant<Proceed, Refuse, Amend>;
using Done = std::function<void(Answer)>;

// Macros of the connection, the message and the current command, newest first.
// Lives as long as the call that it was passed to.
class MacroView {
 public:
  virtual ~MacroView() = default;
  // By bare name: "i", "auth_authen", "rcpt_addr". Empty when not told.
  virtual std::string_view find(std::string_view name) const = 0;
};

class Handler {
 public:
  virtual ~Handler() = default;
  // First of all, once, when the MTA lets this connection answer Amend.
  virtual void may_amend() {}
  virtual void connect(const Connect& connect, const MacroView& macros) = 0;
  virtual void mail(const Mail& mail, const MacroView& macros) = 0;
  virtual void rcpt(const Rcpt& rcpt, const MacroView& macros, Done done) = 0;
  virtual void header(const Header& header) = 0;
  virtual void end_of_message(const MacroView& macros, Done done) = 0;
  virtual void abort() = 0;
  // The session gave the MTA its failure answer because `done` came too late:
  // the last question is void. Called on the session's thread.
  virtual void late() = 0;
};

// Which listener a connection came in by, and what it does in trouble.
enum class OnFailure { kTempfail, kAccept };
struct Listener {
  std::string name;    // "inet:127.0.0.1:8894", for logs
  std::size_t id = 0;  // index into the caller's own list
  OnFailure on_failure = OnFailure::kTempfail;
};
using MakeHandler =
    std::function<std::unique_ptr<Handler>(const Listener& listener)>;

}  // namespace lostletter::milter
