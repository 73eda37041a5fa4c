// SPDX-License-Identifier: Apache-2.0
//
// A session that takes letters: LMTP (RFC 2033) or SMTP (RFC 5321), for what
// our own MTA brings us. Bytes in, bytes out, no socket. What the answer to a
// letter is, its Receiver says, when it knows: nothing is promised before.
//
//   R1 connected  nobody has greeted        LHLO (LMTP), EHLO, HELO -> R2
//   R2 greeted    a letter may begin        MAIL -> R3
//   R3 sender     recipients may be named   RCPT -> R3, DATA -> R4, RSET -> R2
//   R4 content    until CR LF . CR LF       -> R5; too large: 452 and -> R2
//   R5 waiting    for the Receiver          its replies -> R2
//   R6 over       nothing is read any more
//
// No CHUNKING, STARTTLS or AUTH: this is for unix sockets and loopback.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/reply.h"
#include "smtp/command.h"
#include "smtp/content.h"
#include "smtp/conversation.h"
#include "smtp/line.h"

namespace lostletter::smtp {

struct ReceivedSender {
  std::string greeting;      // LHLO's or EHLO's name, as it stands
  std::string reverse_path;  // without brackets, as it stands; empty: null
  std::vector<Parameter> parameters;  // all of MAIL's
  bool utf8 = false;                  // SMTPUTF8 is among them
};

struct ReceivedRecipient {
  std::string forward_path;  // without brackets, as it stands; never empty
  std::vector<Parameter> parameters;  // all of RCPT's
};

struct ReceivedLetter {
  ReceivedSender sender;
  std::vector<ReceivedRecipient> recipients;  // those accepted, in order
  std::string content;  // byte for byte, stuffed dots removed
};

// One reply for each recipient of the letter, in order. From any thread, once;
// harmless when the session is gone.
using LetterDone = std::function<void(std::vector<mail::Reply>)>;

// Who takes letters. Called on the serving thread by all its sessions, so it
// must not wait; whatever takes time belongs behind letter(). What it throws is
// answered with 451 4.3.0.
class Receiver {
 public:
  virtual ~Receiver() = default;
  // 2yz: go on. Anything else refuses.
  virtual mail::Reply sender(const ReceivedSender& sender) = 0;
  virtual mail::Reply recipient(const ReceivedSender& sender,
                                const ReceivedRecipient& recipient) = 0;
  // In LMTP each recipient hears its own reply. SMTP has one for all: a 4yz if
  // there is one (the MTA brings it to all of them again), else a 5yz if there
  // is one, else the first.
  virtual void letter(ReceivedLetter letter, LetterDone done) = 0;
};

struct ReceptionOptions {
  enum class Protocol { kLmtp, kSmtp };
  Protocol protocol = Protocol::kLmtp;
  std::string host = "localhost";  // as we greet
  // Of a content; beyond: 452 4.3.1. It is not told in EHLO: an MTA that knows
  // a limit returns the letter to its sender instead of keeping it.
  std::size_t most_content = std::size_t{64} << 20;
  int most_errors = 20;
  std::size_t most_recipients = 1000;  // of a letter; beyond: 452 4.5.3
};

class Reception final : public Conversation {
 public:
  enum class State {
    kConnected,
    kGreeted,
    kSender,
    kContent,
    kWaiting,
    kOver,
  };

  // The receiver outlives it.
  Reception(ReceptionOptions options, Receiver& receiver, Resume resume)
      : options_(std::move(options)),
        receiver_(receiver),
        resume_(std::move(resume)) {}

  std::string greet() override;
  void feed(std::string_view bytes, std::string& answer) override;
  void shut(std::string_view reason, std::string& answer) override;
  bool over() const override { return state_ == State::kOver; }
  bool waits() const override { return state_ == State::kWaiting; }
  State state() const { return state_; }

 private:
  using Reply = mail::Reply;
  friend struct ReceptionRow;

  Reply greeted(const Command& command);
  Reply mail(const Command& command);
  Reply rcpt(const Command& command);
  Reply data(const Command& command);
  Reply bdat(const Command& command);
  Reply rset(const Command& command);
  Reply noop(const Command& command);
  Reply vrfy(const Command& command);
  Reply help(const Command& command);
  Reply quit(const Command& command);
  Reply unwanted(const Command& command);

  void go_on(std::string& answer);
  Reply answer_to(const LineReader::Line& line);
  Reply obey(std::string_view line);
  std::size_t take_content(std::string_view bytes, std::string& answer);
  void deliver(std::string& answer);
  void settle(std::vector<Reply> replies, std::string& answer);
  void say(const Reply& reply, std::string& answer) const;
  void forget();
  bool is_lmtp() const {
    return options_.protocol == ReceptionOptions::Protocol::kLmtp;
  }

  const ReceptionOptions options_;
  Receiver& receiver_;
  const Resume resume_;
  LineReader lines_;
  State state_ = State::kConnected;
  std::string greeting_;
  ReceivedLetter letter_;
  std::optional<ContentReader> content_;
  std::uint64_t letters_ = 0;  // which one is waited for
  int errors_ = 0;
};

// For Server::add.
MakeConversation receive(ReceptionOptions options, Receiver& receiver);

}  // namespace lostletter::smtp
