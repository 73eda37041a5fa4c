// SPDX-License-Identifier: Apache-2.0
#include "smtp/session.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace lostletter::smtp {

// One row a command; a reply of class 5 that is no refusal of a recipient
// counts as an error of the peer.
struct VerbRow {
  Verb verb;
  mail::Reply (Session::*answer)(const Command&);
};

namespace {

mail::Reply reply(int code, std::string enhanced, std::string text) {
  return {code, std::move(enhanced), {std::move(text)}};
}

// Parameters of MAIL that belong to what EHLO offered (RFC 6152, 6531), and
// SIZE, which costs nothing. RCPT has none.
bool is_known_parameter(const Parameter& one) {
  return (one.name == "BODY" && (ascii_iequals(one.value, "7BIT") ||
                                 ascii_iequals(one.value, "8BITMIME"))) ||
         (one.name == "SMTPUTF8" && one.value.empty()) || one.name == "SIZE";
}

mail::Reply unknown_parameter(const Parameter& one) {
  return reply(555, "5.5.4",
               "parameter " + printable(one.name, 40) + " is not known here");
}

}  // namespace

std::string Session::greet() {
  return "220 " + options_.host + " ESMTP, takes no letters\r\n";
}

void Session::feed(std::string_view bytes, std::string& answer) {
  lines_.feed(bytes);
  while (!over()) {
    const auto line = lines_.next();
    if (!line) break;
    append(answer_to(*line), answer);
    if (wants_tls_) {
      // What was sent before the handshake was not sent by whom TLS protects:
      // CVE-2011-0411.
      if (lines_.size() > 0) shut("no command may follow STARTTLS", answer);
      break;
    }
  }
}

void Session::shut(std::string_view reason, std::string& answer) {
  if (over()) return;
  append(reply(421, "4.7.0", options_.host + " " + std::string(reason)),
         answer);
  state_ = State::kOver;
}

void Session::secured() {
  // RFC 3207 4.2: all that was said before is forgotten.
  transaction_ = {};
  transaction_.tls = true;
  wants_tls_ = false;
  extended_ = false;
  state_ = State::kConnected;
}

mail::Reply Session::answer_to(const LineReader::Line& line) {
  if (line.kind == LineReader::Kind::kBare) {
    state_ = State::kOver;
    return reply(500, "5.5.2",
                 "lines end with CR LF and hold neither alone, nor NUL");
  }
  Reply answer = line.kind == LineReader::Kind::kTooLong
                     ? reply(500, "5.5.2", "line is too long")
                     : obey(line.text);
  if (answer.code >= 500 && answer.code != 550 && answer.code != 554 &&
      ++errors_ >= options_.most_errors && !over()) {
    state_ = State::kOver;
    return reply(421, "4.7.0", options_.host + " too many errors");
  }
  return answer;
}

mail::Reply Session::obey(std::string_view line) {
  static constexpr auto kRows = std::to_array<VerbRow>({
      {Verb::kHelo, &Session::helo},
      {Verb::kEhlo, &Session::ehlo},
      {Verb::kMail, &Session::mail},
      {Verb::kRcpt, &Session::rcpt},
      {Verb::kData, &Session::data},
      {Verb::kBdat, &Session::bdat},
      {Verb::kRset, &Session::rset},
      {Verb::kNoop, &Session::noop},
      {Verb::kVrfy, &Session::vrfy},
      {Verb::kExpn, &Session::unwanted},
      {Verb::kHelp, &Session::help},
      {Verb::kQuit, &Session::quit},
      {Verb::kStartTls, &Session::start_tls},
      {Verb::kAuth, &Session::unwanted},
      {Verb::kUnknown, &Session::unknown},
  });
  const auto command = parse_command(line);
  if (!command) return reply(501, "5.5.4", command.error().message);
  for (const VerbRow& row : kRows) {
    if (row.verb == command->verb) return (this->*row.answer)(*command);
  }
  return unknown(*command);
}

mail::Reply Session::begin(const Command& command) {
  const bool tls = transaction_.tls;
  transaction_ = {};
  transaction_.tls = tls;
  transaction_.greeting = command.argument;
  state_ = State::kGreeted;
  return {250, "", {options_.host}};
}

mail::Reply Session::helo(const Command& command) {
  extended_ = false;
  return begin(command);
}

mail::Reply Session::ehlo(const Command& command) {
  extended_ = true;
  Reply answer = begin(command);
  answer.lines.insert(answer.lines.end(), {"PIPELINING", "8BITMIME", "SMTPUTF8",
                                           "ENHANCEDSTATUSCODES"});
  if (options_.offers_tls && !transaction_.tls) {
    answer.lines.emplace_back("STARTTLS");
  }
  return answer;
}

mail::Reply Session::mail(const Command& command) {
  if (state_ == State::kConnected) return reply(503, "5.5.1", "say EHLO first");
  if (state_ == State::kSender) {
    return reply(503, "5.5.1", "the sender is named already");
  }
  bool utf8 = false;
  for (const Parameter& one : command.parameters) {
    if (!extended_ || !is_known_parameter(one)) return unknown_parameter(one);
    utf8 = utf8 || one.name == "SMTPUTF8";
  }
  auto path = mail::parse_path(command.argument);
  if (!path) return reply(501, "5.1.7", path.error().message);
  transaction_.sender = std::move(*path);
  transaction_.utf8 = utf8;
  state_ = State::kSender;
  return reply(250, "2.1.0", "sender is noted");
}

mail::Reply Session::rcpt(const Command& command) {
  if (state_ != State::kSender) {
    return reply(503, "5.5.1", "name the sender first, with MAIL");
  }
  if (++recipients_ > options_.most_recipients) {
    state_ = State::kOver;
    return reply(421, "4.5.3", options_.host + " too many recipients");
  }
  if (!command.parameters.empty()) {
    return unknown_parameter(command.parameters.front());
  }
  const auto path = mail::parse_path(command.argument);
  if (!path) return reply(501, "5.1.3", path.error().message);
  if (path->is_null) return reply(501, "5.1.3", "a recipient has an address");
  return refuser_.refuse(transaction_, *path);
}

// RFC 5321 3.3: without a recipient, 503 or 554. There never is one.
mail::Reply Session::data(const Command& /*command*/) {
  return state_ == State::kSender
             ? reply(554, "5.5.1", "no recipient was accepted: no letter")
             : reply(503, "5.5.1", "nobody was named to get a letter");
}

// CHUNKING was not offered. What follows is content, which is not for us to
// read, not even as commands.
mail::Reply Session::bdat(const Command& /*command*/) {
  state_ = State::kOver;
  return reply(503, "5.5.1", "no letter is taken here");
}

mail::Reply Session::rset(const Command& /*command*/) {
  if (state_ == State::kSender) state_ = State::kGreeted;
  return reply(250, "2.0.0", "forgotten");
}

mail::Reply Session::noop(const Command& /*command*/) {
  return reply(250, "2.0.0", "still here");
}

mail::Reply Session::vrfy(const Command& /*command*/) {
  return reply(252, "2.5.2", "no address is verified here");
}

mail::Reply Session::help(const Command& /*command*/) {
  return reply(214, "2.0.0",
               "this name takes no letters; look at the address again");
}

mail::Reply Session::quit(const Command& /*command*/) {
  state_ = State::kOver;
  return reply(221, "2.0.0", options_.host + " goodbye");
}

mail::Reply Session::start_tls(const Command& /*command*/) {
  if (!options_.offers_tls) return reply(502, "5.5.1", "no TLS is offered");
  if (transaction_.tls) return reply(503, "5.5.1", "TLS is in use already");
  if (state_ != State::kGreeted) {
    return reply(503, "5.5.1", "STARTTLS stands behind EHLO");
  }
  wants_tls_ = true;
  return reply(220, "2.0.0", "begin TLS");
}

mail::Reply Session::unwanted(const Command& /*command*/) {
  return reply(502, "5.5.1", "that is not for this server");
}

mail::Reply Session::unknown(const Command& /*command*/) {
  return reply(500, "5.5.2", "no such command");
}

void Session::append(const Reply& reply, std::string& answer) const {
  append_reply(reply, transaction_.utf8 ? mail::Utf8::kYes : mail::Utf8::kNo,
               answer);
}

namespace {

class OwningSession final : public Session {
 public:
  OwningSession(const SessionOptions& options, std::unique_ptr<Refuser> refuser)
      : Session(options, *refuser), refuser_(std::move(refuser)) {}

 private:
  const std::unique_ptr<Refuser> refuser_;
};

}  // namespace

MakeConversation refuse_all(SessionOptions options, MakeRefuser make_refuser) {
  return [options = std::move(options), make_refuser = std::move(make_refuser)](
             const Peer& peer, const Resume& /*resume*/) {
    return std::make_unique<OwningSession>(options, make_refuser(peer));
  };
}

}  // namespace lostletter::smtp
