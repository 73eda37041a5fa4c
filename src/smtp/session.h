// SPDX-License-Identifier: Apache-2.0
//
// One SMTP session with somebody who has a letter we do not want: bytes in,
// bytes out, no socket. The letter itself is never taken. There is no state in
// which content is read, because there is no code that reads it: DATA and BDAT
// are refused in every state, and no recipient is ever accepted.
//
//   greet (feed)* : until over()
//
//   S1 connected  nobody has greeted       HELO, EHLO -> S2
//   S2 greeted    a letter may begin       MAIL -> S3, STARTTLS -> S1
//   S3 sender     recipients may be named  RCPT -> S3, RSET, HELO, EHLO -> S2
//   S4 over       nothing is read any more
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "mail/address.h"
#include "mail/reply.h"
#include "smtp/command.h"
#include "smtp/conversation.h"
#include "smtp/line.h"

namespace lostletter::smtp {

// What the refusal of one recipient may depend on.
struct Transaction {
  std::string greeting;  // HELO's or EHLO's name, as it stands
  mail::Path sender;
  bool utf8 = false;  // SMTPUTF8 (RFC 6531)
  bool tls = false;
};

// Says no. One for each session.
class Refuser {
 public:
  virtual ~Refuser() = default;
  // The reply is a permanent or a transient failure, whatever the recipient.
  virtual mail::Reply refuse(const Transaction& transaction,
                             const mail::Path& recipient) = 0;
};

struct SessionOptions {
  std::string host = "localhost";  // as we greet
  bool offers_tls = false;
  int most_errors = 20;
  int most_recipients = 5000;
};

class Session : public Conversation {
 public:
  enum class State { kConnected, kGreeted, kSender, kOver };

  // The refuser outlives it.
  Session(SessionOptions options, Refuser& refuser)
      : options_(std::move(options)), refuser_(refuser) {}

  std::string greet() override;
  void feed(std::string_view bytes, std::string& answer) override;
  void shut(std::string_view reason, std::string& answer) override;

  bool over() const override { return state_ == State::kOver; }
  bool wants_tls() const override { return wants_tls_; }
  void secured() override;
  bool uses_tls() const override { return transaction_.tls; }
  State state() const { return state_; }

 private:
  using Reply = mail::Reply;
  friend struct VerbRow;

  Reply helo(const Command& command);
  Reply ehlo(const Command& command);
  Reply mail(const Command& command);
  Reply rcpt(const Command& command);
  Reply data(const Command& command);
  Reply bdat(const Command& command);
  Reply rset(const Command& command);
  Reply noop(const Command& command);
  Reply vrfy(const Command& command);
  Reply help(const Command& command);
  Reply quit(const Command& command);
  Reply start_tls(const Command& command);
  Reply unwanted(const Command& command);
  Reply unknown(const Command& command);

  Reply answer_to(const LineReader::Line& line);
  Reply obey(std::string_view line);
  Reply begin(const Command& command);
  void append(const Reply& reply, std::string& answer) const;

  const SessionOptions options_;
  Refuser& refuser_;
  LineReader lines_;
  State state_ = State::kConnected;
  Transaction transaction_;
  bool extended_ = false;  // greeted with EHLO
  bool wants_tls_ = false;
  int errors_ = 0;
  int recipients_ = 0;
};

using MakeRefuser = std::function<std::unique_ptr<Refuser>(const Peer& peer)>;

// For Server::add: everybody is refused.
MakeConversation refuse_all(SessionOptions options, MakeRefuser make_refuser);

}  // namespace lostletter::smtp
