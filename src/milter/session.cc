// SPDX-License-Identifier: Apache-2.0
#include "milter/session.h"

#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include "base/metrics.h"
#include "base/text.h"
#include "milter/response.h"

namespace lostletter::milter {
namespace {

// What the MTA tells its client in our own trouble (RFC 3463: other or
// undefined mail system status, transient).
const mail::Reply& failure_reply() {
  static const mail::Reply reply{
      451, "4.3.0", {"temporary trouble in the address check; try again"}};
  return reply;
}

bool asks_smtputf8(const Mail& mail) {
  for (const std::string& parameter : mail.parameters) {
    if (ascii_iequals(parameter, "SMTPUTF8")) return true;
  }
  return false;
}

}  // namespace

// The order of commands in one table. MAIL within a message forgets the one
// before: Sendmail sends no ABORT after a message that went well, Postfix none
// after a MAIL that it refused itself.
unsigned Session::phases_of(char letter) {
  struct Row {
    char letter;
    unsigned phases;
  };
  constexpr Row kOrder[] = {
      {'O', kStart | kAgain},
      {'D', ~kStart},
      {'C', kNegotiated | kAgain},
      {'H', ~kStart},
      {'U', ~kStart},
      {'M', ~kStart},
      {'R', kEnvelope},
      {'T', kEnvelope},
      {'L', kEnvelope | kHeader},
      {'N', kEnvelope | kHeader},
      {'B', kEnvelope | kHeader | kBody},
      {'E', kEnvelope | kHeader | kBody},
      {'A', ~kStart},
      {'K', ~kStart},
      {'Q', ~0U},
  };
  for (const Row& row : kOrder) {
    if (row.letter == letter) return row.phases;
  }
  return 0;
}

Session::Session(const Listener& listener, const MakeHandler& make_handler,
                 SessionHost& host)
    : listener_(listener), make_handler_(make_handler), host_(host) {}

Session::~Session() { end_message(); }

void Session::receive(std::string_view bytes) {
  if (finished_) return;
  reader_.feed(bytes);
  // An MTA waits for its answer; what it may have sent meanwhile is bounded.
  if (question_ != 0 && reader_.size() > FrameReader::kMost) {
    return stop(SessionHost::Trouble::kState,
                "the peer does not wait for an answer");
  }
  process();
}

std::string Session::take_output() { return std::exchange(output_, {}); }

void Session::answer(std::uint64_t question, const Answer& answer) {
  if (finished_ || question == 0 || question != question_) return;
  respond(answer);
  process();
}

void Session::late() {
  if (finished_ || question_ == 0) return;
  respond_failure();
  call_handler([](Handler& handler) { handler.late(); });
  process();
}

// Also called from within a handler's call, by a `done` that comes at once: the
// loop that made the call goes on then.
void Session::process() {
  if (processing_) return;
  processing_ = true;
  while (!finished_ && question_ == 0) {
    const auto read = reader_.next();
    if (!read) {
      stop(SessionHost::Trouble::kFrame, read.error().message);
      break;
    }
    const std::optional<std::string_view>& bytes = *read;
    if (!bytes) break;
    take(*bytes);
  }
  processing_ = false;
}

void Session::take(std::string_view bytes) {
  auto command = decode(bytes);
  if (!command) {
    return stop(SessionHost::Trouble::kFrame, command.error().message);
  }
  const char letter = bytes.front();
  if ((phases_of(letter) & phase_) == 0) {
    return stop(SessionHost::Trouble::kState,
                "command " + describe_byte(letter) + " out of order");
  }
  std::visit([this](auto&& known) { on(std::forward<decltype(known)>(known)); },
             std::move(*command));
}

void Session::stop(SessionHost::Trouble kind, std::string_view text) {
  finished_ = true;
  question_ = 0;
  host_.trouble(kind, text);
}

// --- one function for each command

void Session::on(const Negotiate& offer) {
  const auto agreement = agree(offer);
  if (!agreement) {
    return stop(SessionHost::Trouble::kState, agreement.error().message);
  }
  agreement_ = *agreement;
  phase_ = kNegotiated;
  output_ += encode_agreement(agreement_);
}

void Session::on(Macros macros) {
  const auto told = macros_.tell(std::move(macros));
  if (!told) stop(SessionHost::Trouble::kFrame, told.error().message);
}

void Session::on(const Connect& connect) {
  phase_ = kConnected;
  macros_.begin('C');
  call_handler([&](Handler& handler) { handler.connect(connect, macros_); });
  continue_unless(kNoReplyConnect);
}

// The message, if there is one, goes on: Postfix tells a HELO before it resets.
void Session::on(const Helo&) {
  macros_.begin('H');
  continue_unless(kNoReplyHelo);
}

void Session::on(const Mail& mail) {
  end_message();
  phase_ = kEnvelope;
  macros_.begin('M');
  utf8_ = asks_smtputf8(mail) ? mail::Utf8::kYes : mail::Utf8::kNo;
  count(Metric::kMilterMessages);
  call_handler([&](Handler& handler) { handler.mail(mail, macros_); });
  continue_unless(kNoReplyMail);
}

void Session::on(const Rcpt& rcpt) {
  macros_.begin('R');
  ask([&](Handler& handler, Done done) {
    handler.rcpt(rcpt, macros_, std::move(done));
  });
}

// The envelope may go on: another filter may have refused DATA.
void Session::on(const Data&) {
  macros_.begin('T');
  continue_unless(kNoReplyData);
}

void Session::on(const Header& header) {
  phase_ = kHeader;
  macros_.begin('L');
  call_handler([&](Handler& handler) { handler.header(header); });
  continue_unless(kNoReplyHeader);
}

void Session::on(const EndOfHeaders&) {
  phase_ = kBody;
  macros_.begin('N');
  continue_unless(kNoReplyEndOfHeaders);
}

// Only from an MTA that cannot spare us the body.
void Session::on(const Body&) {
  phase_ = kBody;
  macros_.begin('B');
  if (agreement_.has(kCanSkip) && !agreement_.has(kNoReplyBody)) {
    output_ += encode_skip();
  } else {
    continue_unless(kNoReplyBody);
  }
}

void Session::on(const EndOfMessage&) {
  phase_ = kEnded;
  macros_.begin('E');
  ask([&](Handler& handler, Done done) {
    handler.end_of_message(macros_, std::move(done));
  });
}

void Session::on(const Abort&) { end_message(); }

void Session::on(const Quit&) {
  end_message();
  finished_ = true;
}

void Session::on(const QuitNew&) {
  end_message();
  macros_.end_connection();
  handler_.reset();
  broken_ = Broken::kNo;
  phase_ = kAgain;
}

void Session::on(const Unknown&) {
  macros_.begin('U');
  continue_unless(kNoReplyUnknown);
}

// --- the handler

// What a handler throws is the world failing under it (a disk, a database). It
// has lost track of the message then, so until the message ends on_failure
// answers; a connection that it has not understood stays so.
template <typename Call>
void Session::call_handler(Call call) {
  if (broken_ != Broken::kNo) return;
  try {
    if (!handler_) {
      handler_ = make_handler_(listener_);
      if (agreement_.may_amend()) handler_->may_amend();
    }
    call(*handler_);
  } catch (const std::exception& error) {
    broken(error.what());
  } catch (...) {
    broken("an unknown exception");
  }
}

void Session::broken(std::string_view why) {
  broken_ = (phase_ & kInMessage) != 0 ? Broken::kMessage : Broken::kConnection;
  host_.trouble(SessionHost::Trouble::kHandler, why);
}

template <typename Call>
void Session::ask(Call call) {
  const std::uint64_t question = ++questions_;
  question_ = question;
  call_handler(
      [&](Handler& handler) { call(handler, host_.done_for(question)); });
  if (broken_ != Broken::kNo && question_ == question) respond_failure();
}

void Session::continue_unless(Protocol no_reply) {
  if (!agreement_.has(no_reply)) output_ += encode_continue();
}

void Session::respond(const Answer& answer) {
  if (const std::string why = why_not(answer); !why.empty()) {
    host_.trouble(SessionHost::Trouble::kHandler, why);
    return respond_failure();
  }
  question_ = 0;
  if (const auto* refusal = std::get_if<Refuse>(&answer)) {
    output_ += encode_reply(refusal->reply, utf8_);
  } else if (const auto* amend = std::get_if<Amend>(&answer)) {
    output_ += encode_amendment(*amend);
  } else {
    output_ += encode_continue();
  }
}

// Why the MTA must not be told this; empty when it may.
std::string Session::why_not(const Answer& answer) const {
  if (const auto* refusal = std::get_if<Refuse>(&answer)) {
    if (is_refusal(refusal->reply)) return {};
    return "a refusal with code " + std::to_string(refusal->reply.code) +
           " and enhanced code '" + refusal->reply.enhanced + "'";
  }
  if (const auto* amend = std::get_if<Amend>(&answer)) {
    if (phase_ != kEnded) return "recipients changed before the message ended";
    if (!agreement_.may_amend()) {
      return "recipients changed, which the MTA does not offer";
    }
    if (!is_amendment(*amend)) return "a changed recipient that is no text";
  }
  return {};
}

void Session::respond_failure() {
  question_ = 0;
  output_ += listener_.on_failure == OnFailure::kAccept
                 ? encode_continue()
                 : encode_reply(failure_reply(), utf8_);
}

void Session::end_message() {
  if ((phase_ & kInMessage) == 0) return;
  phase_ = kConnected;
  question_ = 0;
  macros_.end_message();
  if (broken_ == Broken::kMessage) broken_ = Broken::kNo;
  if (!handler_) return;
  call_handler([](Handler& handler) { handler.abort(); });
}

}  // namespace lostletter::milter
