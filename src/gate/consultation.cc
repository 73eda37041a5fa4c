// SPDX-License-Identifier: Apache-2.0
#include "gate/consultation.h"

#include <exception>
#include <utility>

#include <fmt/format.h>

#include "base/metrics.h"
#include "base/random.h"
#include "domain/name.h"
#include "gate/decide.h"
#include "gate/ration.h"
#include "guard/finding_correspondence.h"
#include "guard/ration.h"
#include "guard/refusal.h"
#include "store/held.h"

namespace lostletter::gate {
namespace {

using guard::Action;

// Settles first: a connection that gave up has reported for itself.
void finish(Shared& shared, const Consultation& job, const Judged& judged,
            Settled settled, milter::Answer answer) {
  // What is still to be proven, or held, is reported when it is.
  const bool open = settled.outcome == Outcome::kProvable ||
                    settled.outcome == Outcome::kHeld ||
                    settled.outcome == Outcome::kWaiting;
  if (job.turn->settle(std::move(settled)) && !open) {
    report(judged, job.occasion, job.generation->privacy(), shared.recorder);
  }
  job.done(std::move(answer));
}

void fail(Shared& shared, const Consultation& job, std::string_view why) {
  shared.store_failed(why);
  const bool accept = job.on_failure == milter::OnFailure::kAccept;
  Judged judged = job.judged;
  judged.trouble = accept ? Trouble::kLetPass : Trouble::kTempfailed;
  finish(shared, job, judged,
         {accept ? Outcome::kAccepted : Outcome::kFailed, {}, {}},
         accept ? milter::Answer(milter::Proceed{}) : later());
}

milter::Answer refuse_without_question(const Generation& generation,
                                       const Judged& judged) {
  auto answer = std::get<milter::Refuse>(refuse(generation, judged));
  auto& lines = answer.reply.lines;
  lines.insert(lines.end() - 1,
               fmt::format("It cannot be confirmed by sending it again: {} "
                           "questions to you are open already.",
                           generation.options().most_questions));
  return answer;
}

// With what is known of correspondence and of the name, when it can be known
// now.
Judged weighed(Shared& shared, const Consultation& job) {
  Judged judged = job.judged;
  weigh(job.generation->assessor(), shared.store,
        job.generation->policy()->names.get(),
        {.person = job.person, .now = shared.clock.now()}, job.mode,
        judged.assessment);
  if (judged.assessment.verdict == guard::Verdict::kClear) {
    judged.reference.clear();
  }
  return judged;
}

// Within the budget? What is not is judged once more at the end of the letter,
// with all that is known then.
bool may_ask(Shared& shared, const Consultation& job, const Judged& judged) {
  return !job.rationed || gate::may_ask(*job.generation, shared.store,
                                        {.person = job.person,
                                         .submitter = job.resend.submitter,
                                         .recipient = job.resend.recipient,
                                         .now = shared.clock.now()},
                                        judged.assessment);
}

// For the budget: a question was put.
void record_asked(Shared& shared, const Consultation& job,
                  const Judged& judged) {
  if (!job.rationed || !guard::is_estimated(judged.assessment)) return;
  shared.recorder.record(
      store::ScoreRecord{.person = job.person,
                         .recipient = job.resend.recipient,
                         .at = shared.clock.now(),
                         .score = guard::score(judged.assessment),
                         .asked = true});
}

void answer_rcpt(Shared& shared, const Consultation& job, Judged judged,
                 const AtRcpt& found) {
  switch (found.standing) {
    case Standing::kConfirmed:
      add_confirmed(judged);
      return finish(shared, job, judged, {Outcome::kAccepted, {}, {}},
                    milter::Proceed{});
    case Standing::kProvable:
      return finish(shared, job, judged,
                    {Outcome::kProvable, found.question, {}},
                    milter::Proceed{});
    case Standing::kAsked:
      count(Metric::kConfirmations, "asked");
      record_asked(shared, job, judged);
      [[fallthrough]];
    case Standing::kOpen:
      return finish(shared, job, judged, {Outcome::kRefused, {}, {}},
                    refuse(*job.generation, judged));
    case Standing::kTooMany:
      judged.assessment.action = Action::kReject;
      add_too_many_questions(judged);
      return finish(shared, job, judged, {Outcome::kRefused, {}, {}},
                    refuse_without_question(*job.generation, judged));
  }
}

void answer_end(Shared& shared, const Consultation& job,
                std::optional<Flaw> flaw) {
  Judged judged = job.judged;
  if (!flaw) {
    add_confirmed(judged);
  } else {
    add_unproven(judged, to_string(*flaw));
  }
  report_resend(judged, job.occasion, job.generation->privacy(),
                flaw ? to_string(*flaw) : "");
  finish(shared, job, judged,
         {flaw ? Outcome::kRefused : Outcome::kAccepted, {}, {}},
         flaw ? refuse(*job.generation, judged)
              : milter::Answer(milter::Proceed{}));
}

// What needs no question to the sender.
void answer_at_once(Shared& shared, const Consultation& job,
                    const Judged& judged) {
  const bool accept = judged.assessment.action == Action::kAccept;
  finish(shared, job, judged,
         {accept ? Outcome::kAccepted : Outcome::kRefused, {}, {}},
         accept ? milter::Answer(milter::Proceed{})
                : refuse(*job.generation, judged));
}

// To be held, unless its sender answered for it before.
void answer_hold(Shared& shared, const Consultation& job, Judged judged) {
  const auto confirmed = shared.store.find_confirmation(
      job.resend.submitter, job.resend.recipient, shared.clock.now());
  shared.store_works();
  if (confirmed) {
    add_confirmed(judged);
    return answer_at_once(shared, job, judged);
  }
  if (!job.can_hold) {
    judged.assessment.action = Action::kReject;
    add_cannot_hold(judged);
    return answer_at_once(shared, job, judged);
  }
  record_asked(shared, job, judged);
  finish(shared, job, judged, {Outcome::kHeld, {}, judged}, milter::Proceed{});
}

// Runs `work`, which may throw what the store throws, on the worker.
template <typename Work>
void run(const std::shared_ptr<Shared>& shared,
         const std::shared_ptr<const Consultation>& job, Work work) {
  const bool taken = shared->worker.run([shared, job, work = std::move(work)] {
    // Behind a database that hangs, answers nobody waits for cost time that
    // those who wait do not have.
    if (job->turn->is_abandoned()) return job->done(later());
    try {
      work(*shared, *job);
    } catch (const std::exception& trouble) {
      fail(*shared, *job, trouble.what());
    }
  });
  if (taken) return;
  // What is only doubtful would pass without what the database knows, too.
  if (job->judged.assessment.action == Action::kAccept) {
    return answer_at_once(*shared, *job, job->judged);
  }
  fail(*shared, *job, "too many decisions wait for the database");
}

// A partner's name may have been bought by somebody else.
void watch_partner(Shared& shared, const Consultation& job) {
  Judged judged = job.judged;
  const auto inquiry = guard::inquiry_about(judged.assessment, job.person, "",
                                            shared.clock.now());
  const auto evidence = store::StoredCorrespondence(shared.store).ask(inquiry);
  if (!evidence) return;
  const guard::Exchange& exchanged = evidence->typed.organisation_domain;
  if (!exchanged.is_two_way()) return;
  const auto facts = job.generation->policy()->names->ask_about(
      {.domain = judged.assessment.domain,
       .is_partner = true,
       .received = exchanged.received});
  if (!facts || facts->moved_to.empty()) return;
  judged.reference = random_id();
  job.generation->assessor().consider(*facts, job.mode, judged.assessment);
  report(judged, job.occasion, job.generation->privacy(), shared.recorder);
}

}  // namespace

// RFC 3463: 4.3.0 "other or undefined mail system status".
milter::Answer later() {
  return milter::Refuse{
      {451,
       "4.3.0",
       {"The recipient cannot be checked at the moment. Please try again "
        "later."}}};
}

bool Turn::settle(Settled settled) {
  const std::lock_guard lock(mutex_);
  if (abandoned_) return false;
  settled_ = std::move(settled);
  return true;
}

bool Turn::abandon() {
  const std::lock_guard lock(mutex_);
  if (settled_) return false;
  abandoned_ = true;
  return true;
}

bool Turn::is_abandoned() const {
  const std::lock_guard lock(mutex_);
  return abandoned_;
}

std::optional<Settled> Turn::settled() const {
  const std::lock_guard lock(mutex_);
  return settled_;
}

milter::Answer not_ours() {
  return milter::Refuse{
      {550, "5.7.1", {"No letter is expected at this address."}}};
}

milter::Answer refuse(const Generation& generation, const Judged& judged,
                      bool whole_letter) {
  const Options& options = generation.options();
  return milter::Refuse{guard::refusal(
      judged.assessment, {.reference = judged.reference,
                          .window = std::chrono::ceil<std::chrono::minutes>(
                              options.confirm_within),
                          .contact = options.contact,
                          .whole_letter = whole_letter})};
}

void consult_at_rcpt(const std::shared_ptr<Shared>& shared,
                     const std::shared_ptr<const Consultation>& consultation) {
  run(shared, consultation, [](Shared& with, const Consultation& job) {
    Judged judged = weighed(with, job);
    const bool stops = judged.assessment.action == Action::kAsk ||
                       judged.assessment.action == Action::kHold;
    // What passes would be weighed at the end again, and not twice.
    const bool waits =
        stops ? !may_ask(with, job, judged)
              : job.rationed && judged.assessment.action == Action::kAccept;
    if (waits) {
      return finish(with, job, judged, {Outcome::kWaiting, {}, job.judged},
                    milter::Proceed{});
    }
    if (judged.assessment.action == Action::kHold) {
      return answer_hold(with, job, std::move(judged));
    }
    if (judged.assessment.action != Action::kAsk) {
      return answer_at_once(with, job, judged);
    }
    const AtRcpt found = ask(with.store, job.generation->options(),
                             with.clock.now(), job.resend);
    with.store_works();
    answer_rcpt(with, job, std::move(judged), found);
  });
}

void consult_about_token(
    const std::shared_ptr<Shared>& shared,
    const std::shared_ptr<const Consultation>& consultation,
    const std::string& token) {
  run(shared, consultation, [token](Shared& with, const Consultation& job) {
    const bool ours = with.store.held().is_token(token);
    with.store_works();
    job.turn->settle({ours ? Outcome::kOurs : Outcome::kRefused, {}, {}});
    job.done(ours ? milter::Answer(milter::Proceed{}) : not_ours());
  });
}

void report_weighed(const std::shared_ptr<Shared>& shared,
                    const std::shared_ptr<const Consultation>& consultation) {
  const auto tell = [shared, consultation](const Judged& judged) {
    report(judged, consultation->occasion, consultation->generation->privacy(),
           shared->recorder);
  };
  const bool taken = shared->worker.run(
      [shared, consultation, tell] { tell(weighed(*shared, *consultation)); });
  if (!taken) tell(consultation->judged);
}

void watch_partner(const std::shared_ptr<Shared>& shared,
                   const std::shared_ptr<const Consultation>& consultation) {
  const auto names = consultation->generation->policy()->names;
  if (names == nullptr ||
      !domain::Name::parse(consultation->judged.assessment.domain)) {
    return;
  }
  // One more or less is watched when the worker has too much to do.
  (void)shared->worker.run([shared, consultation] {
    try {
      watch_partner(*shared, *consultation);
    } catch (const std::exception& trouble) {
      shared->store_failed(trouble.what());
    }
  });
}

void consult_at_end(const std::shared_ptr<Shared>& shared,
                    const std::shared_ptr<const Consultation>& consultation,
                    store::Question question, Headers headers) {
  run(shared, consultation,
      [question = std::move(question), headers](Shared& with,
                                                const Consultation& job) {
        const auto flaw =
            prove(with.store, job.generation->options(), with.clock.now(),
                  question, job.judged.reference, headers);
        with.store_works();
        answer_end(with, job, flaw);
      });
}

}  // namespace lostletter::gate
