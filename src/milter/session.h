// SPDX-License-Identifier: Apache-2.0
//
// The protocol without a socket: bytes of the MTA in, bytes for the MTA out,
// and calls on a Handler between them. Tests, fuzzers and the server drive it
// alike.
//
//   Negotiate (Connect Helo? Message* (Quit | QuitNew))*
//   Message = Mail Rcpt* Data? Header* EndOfHeaders? Body* EndOfMessage? Abort?
//
// Macros, Helo and Unknown may come at any time after the negotiation. Anything
// else out of order ends the session: an answer to a command that the MTA did
// not mean is how a guard is bypassed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "mail/reply.h"
#include "milter/agreement.h"
#include "milter/command.h"
#include "milter/frame.h"
#include "milter/handler.h"
#include "milter/macros.h"

namespace lostletter::milter {

// What a session needs of whoever drives it.
class SessionHost {
 public:
  enum class Trouble {
    kFrame,    // no milter frame; the session is finished
    kState,    // a command out of order; the session is finished
    kHandler,  // the handler threw or answered nonsense; the session goes on
  };

  virtual ~SessionHost() = default;
  // The `done` of this question: it brings the answer to Session::answer() on
  // the session's thread, if the session is still there.
  virtual Done done_for(std::uint64_t question) = 0;
  virtual void trouble(Trouble kind, std::string_view text) = 0;
};

class Session {
 public:
  // The references must outlive the session.
  Session(const Listener& listener, const MakeHandler& make_handler,
          SessionHost& host);
  ~Session();  // ends an open message
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Bytes came. While a question is open they wait.
  void receive(std::string_view bytes);

  // What is to be sent, once.
  std::string take_output();

  // The question that the handler has not answered yet, or 0.
  std::uint64_t question() const { return question_; }

  // Ignored unless it is for the open question.
  void answer(std::uint64_t question, const Answer& answer);

  // The open question took too long: on_failure answers.
  void late();

  // Nothing more will be read or answered; close when the output is sent.
  bool finished() const { return finished_; }

 private:
  // Where in the order of commands the session is. The table in session.cc
  // says which commands may come when.
  enum Phase : unsigned {
    kStart = 1,
    kNegotiated = 2,
    kAgain = 4,  // after QuitNew
    kConnected = 8,
    kEnvelope = 16,
    kHeader = 32,
    kBody = 64,
    kEnded = 128,  // the end of message was answered, its abort is due
  };
  static constexpr unsigned kInMessage = kEnvelope | kHeader | kBody | kEnded;
  static unsigned phases_of(char letter);

  void process();
  void take(std::string_view bytes);
  void stop(SessionHost::Trouble kind, std::string_view text);

  void on(const Negotiate& offer);
  void on(Macros macros);
  void on(const Connect& connect);
  void on(const Helo&);
  void on(const Mail& mail);
  void on(const Rcpt& rcpt);
  void on(const Data&);
  void on(const Header& header);
  void on(const EndOfHeaders&);
  void on(const Body&);
  void on(const EndOfMessage&);
  void on(const Abort&);
  void on(const Quit&);
  void on(const QuitNew&);
  void on(const Unknown&);

  template <typename Call>
  void call_handler(Call call);
  template <typename Call>
  void ask(Call call);
  void continue_unless(Protocol no_reply);
  void respond(const Answer& answer);
  std::string why_not(const Answer& answer) const;
  void respond_failure();
  void broken(std::string_view why);
  void end_message();

  const Listener& listener_;
  const MakeHandler& make_handler_;
  SessionHost& host_;
  FrameReader reader_;
  MacroStore macros_;
  Agreement agreement_;
  std::unique_ptr<Handler> handler_;
  std::string output_;
  unsigned phase_ = kStart;
  std::uint64_t question_ = 0;
  std::uint64_t questions_ = 0;
  mail::Utf8 utf8_{};
  // The handler threw: on_failure answers, until this ends.
  enum class Broken { kNo, kMessage, kConnection } broken_{};
  bool processing_ = false;
  bool finished_ = false;
};

}  // namespace lostletter::milter
