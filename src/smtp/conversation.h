// SPDX-License-Identifier: Apache-2.0
//
// What the socket server needs of a session, whatever it speaks: bytes in,
// bytes out. The refusing session (smtp/session.h) and the taking one
// (smtp/reception.h) are two.
//
//   greet (feed | late answer)* : until over()
//
// All calls come from the serving thread, one at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace lostletter::smtp {

class Conversation {
 public:
  virtual ~Conversation() = default;

  // What is said first.
  virtual std::string greet() = 0;
  // Appends what is to be answered to what arrived.
  virtual void feed(std::string_view bytes, std::string& answer) = 0;
  // The peer was silent for too long, or we stop: appends the last words
  // (RFC 5321 3.8). It is over then.
  virtual void shut(std::string_view reason, std::string& answer) = 0;

  // Close once everything is sent.
  virtual bool over() const = 0;
  // The answer to what arrived is not known yet. Nothing is fed, and the peer's
  // silence is not counted, until a job of Resume makes this false.
  virtual bool waits() const { return false; }
  // Shake hands once everything is sent, then call secured().
  virtual bool wants_tls() const { return false; }
  virtual void secured() {}
  virtual bool uses_tls() const { return false; }
};

// Brings a late answer: runs `job` on the serving thread, never before the call
// that is under way returned; what it appends is sent, then the conversation is
// fed again. From any thread, at any time. When the conversation or the server
// is gone, the job is dropped unrun: it may refer to its conversation.
using Resume = std::function<void(std::function<void(std::string& answer)>)>;

struct Peer {
  std::string address;  // "192.0.2.1", "2001:db8::1"; empty: a unix socket
};

using MakeConversation =
    std::function<std::unique_ptr<Conversation>(const Peer&, Resume)>;

}  // namespace lostletter::smtp
