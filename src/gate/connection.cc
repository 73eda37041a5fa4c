// SPDX-License-Identifier: Apache-2.0
#include "gate/connection.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/metrics.h"
#include "base/random.h"
#include "base/text.h"
#include "gate/decide.h"
#include "gate/mode.h"
#include "hold/addresses.h"
#include "mail/address.h"

namespace lostletter::gate {
namespace {

using guard::Action;
using guard::Assessment;
using guard::Mode;
using guard::Verdict;
using milter::Answer;
using milter::Proceed;

// Measures from the question to the answer, on whatever thread it comes.
milter::Done timed(const Clock& clock, milter::Done done) {
  return [&clock, started = clock.steady(),
          done = std::move(done)](Answer answer) {
    observe(Metric::kDecisionSeconds,
            std::chrono::duration<double>(clock.steady() - started).count());
    done(std::move(answer));
  };
}

// What the session answers when we are late.
Trouble trouble_of(milter::OnFailure on_failure) {
  return on_failure == milter::OnFailure::kAccept ? Trouble::kLetPass
                                                  : Trouble::kTempfailed;
}

// RFC 3463: 4.5.3 "too many recipients". A 4yz, so that a client which goes on
// by itself sends to the others in a transaction of their own.
Answer one_at_a_time(std::string_view address) {
  return milter::Refuse{
      {452,
       "4.5.3",
       {fmt::format("This letter confirms <{}> and goes to that address only.",
                    printable(address, 260)),
        "Send it to the others separately."}}};
}

// RFC 3463: 4.5.3, as above: those named so far are enough for one letter.
Answer too_many_doubtful() {
  return milter::Refuse{
      {452,
       "4.5.3",
       {"Too many addresses of this letter are in doubt. Send it to the others "
        "separately."}}};
}

}  // namespace

Connection::Connection(std::shared_ptr<Shared> shared,
                       milter::Listener listener)
    : shared_(std::move(shared)), listener_(std::move(listener)) {}

Connection::~Connection() { end_message(); }

void Connection::connect(const milter::Connect& connect,
                         const milter::MacroView&) {
  client_ = connect;
}

void Connection::mail(const milter::Mail& mail,
                      const milter::MacroView& macros) {
  end_message();
  auto generation = shared_->generation();
  const auto login = macros.find("auth_authen");
  const auto listener = generation->listener(listener_);
  const Options& options = generation->options();
  const Way way{.traffic = listener.traffic,
                .login = login,
                .reverse_path = mail.reverse_path,
                .can_edit = can_edit_};
  message_ = std::make_unique<Message>(Message{
      .generation = generation,
      .listener = listener,
      .submitter = submitter_key(login, client_.address, mail.reverse_path),
      .person = person_of(mail.reverse_path),
      .leaving = is_leaving(login, client_, options.inside, listener.traffic),
      .mode = mode_of(options, listener, way),
      .can_hold = way.can_edit && !options.hold.listen.empty(),
      .released = false,
      .accepted = 0,
      .pending = std::nullopt,
      .headers = {},
      .notes = std::nullopt,
      .holding = {},
      .mail = mail,
  });
  message_->rationed =
      message_->leaving &&
      is_rationed(generation->dial(), message_->mode, message_->person);
  const std::string& person = message_->person;
  if (shared_->hear_letter && options.learn &&
      (!person.empty() || is_null_path(mail.reverse_path))) {
    message_->notes.emplace(Notes::Envelope{.leaving = message_->leaving,
                                            .login = std::string(login),
                                            .sender = person});
  }
}

void Connection::rcpt(const milter::Rcpt& rcpt, const milter::MacroView& macros,
                      milter::Done done) {
  read_back();
  // Postfix tells us of recipients it has refused itself, if asked to.
  if (!message_ || macros.find("rcpt_mailer") == "error") {
    return done(Proceed{});
  }
  const Recipient recipient =
      read_recipient(rcpt.forward_path, macros.find("rcpt_addr"),
                     message_->generation->ours());
  done = timed(shared_->clock, std::move(done));
  if (at_hold_name(recipient, macros, done)) return;
  if (!message_->leaving || message_->released) {
    note(recipient.key);
    return done(Proceed{});
  }
  judge_rcpt(rcpt, recipient, macros, std::move(done));
}

void Connection::judge_rcpt(const milter::Rcpt& rcpt,
                            const Recipient& recipient,
                            const milter::MacroView& macros,
                            milter::Done done) {
  if (const auto& pending = message_->pending) {
    if (recipient.key == pending->question.recipient) return done(Proceed{});
    return done(one_at_a_time(pending->judged.assessment.address));
  }
  if (recipient.exempt) return accept(rcpt, recipient.key, done);

  Judged judged = judge(recipient);
  Occasion here = occasion(macros);
  if (message_->rationed &&
      (message_->mode == Mode::kWatch ||
       !is_to_be_weighed(judged.assessment)) &&
      judged.assessment.action == Action::kAccept) {
    accept(rcpt, recipient.key, done);
    watch(judged, here);
    return wait(std::move(judged), std::move(here),
                can_hold(rcpt, recipient.key));
  }
  if (is_to_be_weighed(judged.assessment)) {
    if (message_->mode == Mode::kHold && message_->holding.full()) {
      return done(too_many_doubtful());
    }
    return consult(rcpt, recipient, judged, std::move(here), std::move(done));
  }
  Action& action = judged.assessment.action;
  action = action_in(message_->listener.traffic, action);
  report(judged, here, message_->generation->privacy(), shared_->recorder);
  if (action == Action::kAccept) {
    accept(rcpt, recipient.key, done);
    return watch(judged, std::move(here));
  }
  done(refuse(*message_->generation, judged));
}

void Connection::watch(const Judged& judged, Occasion here) {
  if (judged.assessment.verdict != Verdict::kClear ||
      message_->generation->policy()->names == nullptr) {
    return;
  }
  watch_partner(shared_, std::make_shared<Consultation>(Consultation{
                             .generation = message_->generation,
                             .on_failure = message_->listener.on_failure,
                             .occasion = std::move(here),
                             .judged = judged,
                             .mode = message_->mode,
                             .person = message_->person,
                             .resend = {},
                             .done = {},
                         }));
}

// Nobody sends to the hold name but the guard: what comes back of a released
// letter, and answers of senders.
bool Connection::at_hold_name(const Recipient& recipient,
                              const milter::MacroView& macros,
                              const milter::Done& done) {
  const hold::Options& options = message_->generation->options().hold;
  if (options.listen.empty()) return false;
  const auto ours = hold::read_hold_address(recipient.key, options.domain);
  if (!ours) return false;
  if (ours->kind == hold::AddressKind::kReply) {
    done(Proceed{});
  } else if (ours->kind == hold::AddressKind::kAcknowledgement &&
             message_->leaving) {
    open_ = std::make_shared<const Consultation>(
        Consultation{.generation = message_->generation,
                     .on_failure = milter::OnFailure::kTempfail,
                     .occasion = occasion(macros),
                     .judged = {},
                     .resend = {},
                     .done = done});
    consult_about_token(shared_, open_, ours->word);
  } else {
    done(not_ours());
  }
  return true;
}

void Connection::accept(const milter::Rcpt& rcpt, const std::string& recipient,
                        const milter::Done& done) {
  open_named_ = {rcpt.forward_path, rcpt.parameters, recipient};
  take(recipient);
  done(Proceed{});
}

// It is judged again at the end. Beyond kMostWaiting they are reported now.
void Connection::wait(Judged judged, Occasion here, bool can_hold) {
  std::vector<Waiting>& waiting = message_->waiting;
  if (waiting.size() >= kMostWaiting) {
    return report(judged, here, message_->generation->privacy(),
                  shared_->recorder);
  }
  waiting.push_back({.named = open_named_,
                     .judged = std::move(judged),
                     .occasion = std::move(here),
                     .can_hold = can_hold,
                     .refused_here = was_refused(open_named_.key)});
}

// It gets the letter, unless the whole letter is held for another's sake.
void Connection::take(const std::string& recipient) {
  ++message_->accepted;
  if (message_->can_hold) message_->holding.accept(open_named_);
  if (message_->rationed && message_->recipients.size() < Notes::kMost) {
    message_->recipients.push_back(recipient);
  }
  note(recipient);
}

void Connection::note(const std::string& recipient) {
  if (message_->notes) message_->notes->add_recipient(recipient);
}

Judged Connection::judge(const Recipient& recipient) const {
  Assessment found =
      gate::judge(message_->generation->assessor(), recipient, message_->mode);
  const bool clear = found.verdict == Verdict::kClear;
  return {.assessment = std::move(found),
          .reference = clear ? "" : random_id()};
}

Occasion Connection::occasion(const milter::MacroView& macros) const {
  return {.listener = listener_.name,
          .queue_id = std::string(macros.find("i")),
          .submitter = message_->submitter,
          .at = shared_->clock.now()};
}

bool Connection::can_hold(const milter::Rcpt& rcpt,
                          std::string_view resolved) const {
  return message_->can_hold && is_deletable(rcpt.forward_path, resolved);
}

void Connection::consult(const milter::Rcpt& rcpt, const Recipient& recipient,
                         const Judged& judged, Occasion here,
                         milter::Done done) {
  open_named_ = {rcpt.forward_path, rcpt.parameters, recipient.key};
  auto job = std::make_shared<Consultation>(Consultation{
      .generation = message_->generation,
      .on_failure = message_->listener.on_failure,
      .occasion = std::move(here),
      .judged = judged,
      .mode = message_->mode,
      .person = message_->person,
      .resend = {.submitter = message_->submitter,
                 .recipient = recipient.key,
                 .reference = judged.reference,
                 .refused_here = was_refused(recipient.key),
                 .alone = message_->accepted == 0},
      .can_hold = can_hold(rcpt, recipient.key),
      .rationed = message_->rationed,
      .done = {},
  });
  if (message_->mode == Mode::kWatch) {
    accept(rcpt, recipient.key, done);
    return report_weighed(shared_, job);
  }
  job->done = std::move(done);
  open_ = std::move(job);
  consult_at_rcpt(shared_, open_);
}

// The session answered for us. Whether the job put the question or not, this
// session shall not answer it.
void Connection::late() {
  if (const auto job = std::exchange(holding_, nullptr)) {
    if (!job->turn->abandon()) return;
    return report_not_held(*shared_, *job, trouble_of(job->on_failure));
  }
  if (const auto job = std::exchange(ending_, nullptr)) {
    if (!job->turn->abandon()) return;
    return report_unasked(*shared_, *job, trouble_of(job->on_failure));
  }
  if (!open_) return;
  const auto job = std::exchange(open_, nullptr);
  remember_refusal(*job);
  const Trouble trouble = trouble_of(job->on_failure);
  if (trouble == Trouble::kLetPass && message_) take(job->resend.recipient);
  if (!job->turn->abandon()) return;  // it was reported as it was settled
  Judged judged = job->judged;
  judged.trouble = trouble;
  report(judged, job->occasion, job->generation->privacy(), shared_->recorder);
}

void Connection::read_back() {
  if (!open_) return;
  const auto job = std::exchange(open_, nullptr);
  auto settled = job->turn->settled();
  if (!settled || !message_) return;
  switch (settled->outcome) {
    case Outcome::kAccepted:
      return take(job->resend.recipient);
    case Outcome::kHeld:
      return message_->holding.detain(
          {open_named_, std::move(*settled->judged), job->occasion});
    case Outcome::kWaiting:
      take(job->resend.recipient);
      return wait(std::move(*settled->judged), job->occasion, job->can_hold);
    case Outcome::kOurs:
      message_->released = true;
      return;
    case Outcome::kProvable:
      take(job->resend.recipient);
      message_->pending =
          Pending{std::move(*settled->question), job->judged, job->occasion};
      return;
    case Outcome::kRefused:
      return remember_refusal(*job);
    case Outcome::kFailed:
      return;
  }
}

bool Connection::was_refused(const std::string& recipient) const {
  return refused_.contains({message_->submitter, recipient}) ||
         refused_.size() >= kMostRefused;
}

void Connection::remember_refusal(const Consultation& job) {
  remember_refusal(job.resend.submitter, job.resend.recipient);
}

void Connection::remember_refusal(const std::string& submitter,
                                  const std::string& recipient) {
  if (refused_.size() < kMostRefused) refused_.emplace(submitter, recipient);
}

// Every recipient judged is reported, also when the client goes away.
void Connection::report_unfinished(Judged judged,
                                   const Occasion& occasion) const {
  judged.assessment.findings.push_back(
      {"guard.unfinished", 0, "the letter ended before the answer"});
  report(judged, occasion, message_->generation->privacy(), shared_->recorder);
}

void Connection::end_message() {
  if (!message_) return;
  if (open_ && open_->turn->abandon()) {
    report_unfinished(open_->judged, open_->occasion);
    open_.reset();
  }
  read_back();
  if (const auto job = std::exchange(ending_, nullptr)) {
    const auto settled = job->turn->settled();
    if (settled && settled->outcome == Outcome::kRefused) {
      remember_refusal(job->ending.submitter, settled->about);
    }
  }
  if (const auto& pending = message_->pending) {
    report_unfinished(pending->judged, pending->occasion);
  }
  for (const Detained& one : message_->holding.detained()) {
    report_unfinished(one.judged, one.occasion);
  }
  for (const Waiting& one : message_->waiting) {
    report_unfinished(one.judged, one.occasion);
  }
  holding_.reset();
  message_.reset();
}

}  // namespace lostletter::gate
