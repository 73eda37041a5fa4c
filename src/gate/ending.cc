// SPDX-License-Identifier: Apache-2.0
#include "gate/ending.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/metrics.h"
#include "base/random.h"
#include "gate/question.h"
#include "guard/verdict.h"

namespace lostletter::gate {
namespace {

using guard::Action;
using guard::Verdict;

// What the header tells.
Ending ending_of(const EndJob& job, std::vector<Candidate>& candidates) {
  Ending ending = job.ending;
  const archive::Letter letter = archive::read_leaving(job.letter);
  ending.thread = letter.thread;
  ending.automatic = letter.automatic;
  for (Candidate& one : candidates) {
    const auto named = std::ranges::find(letter.recipients, one.key,
                                         &archive::Recipient::address);
    if (named != letter.recipients.end()) one.name = named->name;
  }
  return ending;
}

class End {
 public:
  End(const std::shared_ptr<Shared>& shared,
      const std::shared_ptr<const EndJob>& job)
      : shared_(shared), job_(*job), waiting_(job->waiting) {}

  void run() {
    std::vector<Candidate> candidates;
    candidates.reserve(waiting_.size());
    for (const Waiting& one : waiting_) {
      candidates.push_back({one.named.key, "", one.judged.assessment});
    }
    const Ending ending = ending_of(job_, candidates);
    const Choice choice =
        choose(*job_.generation, shared_->store,
               job_.generation->policy()->names.get(), ending, candidates);
    shared_->store_works();
    for (std::size_t i = 0; i < waiting_.size(); ++i) take(i, candidates[i]);
    for (const std::size_t i : choice.confirmed) {
      add_confirmed(waiting_[i].judged);
    }
    if (job_.turn->is_abandoned()) return job_.done(later());
    for (const auto& score : choice.scores) shared_->recorder.record(score);
    if (!choice.asked) return pass();
    Waiting& asked = waiting_[*choice.asked];
    switch (asked.judged.assessment.action) {
      case Action::kHold:
        return detain(*choice.asked);
      case Action::kAsk:
        return ask(asked);
      default:
        return pass();
    }
  }

  // Nobody is asked.
  void pass() {
    if (!job_.holding.empty()) return hold(job_.holding);
    finish({Outcome::kAccepted, {}}, milter::Proceed{});
  }

  // Nobody is asked, for our own trouble.
  void let_pass() {
    for (Waiting& one : waiting_) {
      if (one.judged.assessment.action != Action::kAccept) {
        one.judged.trouble = Trouble::kLetPass;
      }
    }
    pass();
  }

 private:
  void take(std::size_t i, Candidate& candidate) {
    Judged& judged = waiting_[i].judged;
    judged.assessment = std::move(candidate.found);
    const bool clear = judged.assessment.verdict == Verdict::kClear;
    if (clear) judged.reference.clear();
    if (!clear && judged.reference.empty()) judged.reference = random_id();
  }

  // Settles first: a connection that gave up has reported for itself.
  void finish(Settled settled, milter::Answer answer) {
    if (job_.turn->settle(std::move(settled))) {
      for (const Waiting& one : waiting_) tell(one.judged, one.occasion);
      // Refused with the letter, they are not held.
      for (const Detained& one : job_.holding.detained()) {
        tell(one.judged, one.occasion);
      }
    }
    job_.done(std::move(answer));
  }

  void tell(const Judged& judged, const Occasion& occasion) const {
    report(judged, occasion, job_.generation->privacy(), shared_->recorder);
  }

  void ask(Waiting& asked) {
    const Options& options = job_.generation->options();
    const AtRcpt found = gate::ask(shared_->store, options, job_.ending.now,
                                   {.submitter = job_.ending.submitter,
                                    .recipient = asked.named.key,
                                    .reference = asked.judged.reference,
                                    .refused_here = asked.refused_here});
    switch (found.standing) {
      case Standing::kConfirmed:
        add_confirmed(asked.judged);
        return pass();
      case Standing::kProvable:
        if (found.question) return prove(asked, *found.question);
        return refuse(asked);
      case Standing::kAsked:
        count(Metric::kConfirmations, "asked");
        [[fallthrough]];
      case Standing::kOpen:
        return refuse(asked);
      case Standing::kTooMany:
        // Who leaves so many unanswered is no person; the letter is not stopped
        // for what may be the wrong entry of an address book.
        asked.judged.assessment.action = Action::kAccept;
        add_too_many_questions(asked.judged);
        return pass();
    }
  }

  void prove(Waiting& asked, const store::Question& question) {
    const auto flaw =
        gate::prove(shared_->store, job_.generation->options(), job_.ending.now,
                    question, asked.judged.reference, job_.headers);
    if (!flaw) {
      add_confirmed(asked.judged);
    } else {
      add_unproven(asked.judged, to_string(*flaw));
    }
    report_resend(asked.judged, asked.occasion, job_.generation->privacy(),
                  flaw ? to_string(*flaw) : "");
    return flaw ? refuse(asked) : pass();
  }

  // The others are refused with it: none of them gets the letter.
  void refuse(const Waiting& asked) {
    finish({.outcome = Outcome::kRefused,
            .question = {},
            .about = asked.named.key},
           gate::refuse(*job_.generation, asked.judged, true));
  }

  void detain(std::size_t asked) {
    Waiting& one = waiting_[asked];
    if (!one.can_hold) {
      one.judged.assessment.action = Action::kAccept;
      add_cannot_hold(one.judged);
      return pass();
    }
    Holding holding = job_.holding;
    holding.detain({one.named, one.judged, one.occasion});
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(asked));
    hold(holding);
  }

  // The letter's row, and the edits: gate/holding.h.
  void hold(const Holding& holding) {
    const hold::Options& options = job_.generation->options().hold;
    store::HeldLetter letter = letter_of(holding, job_.envelope, options);
    milter::Amend edits = edits_of(holding, letter, options);
    std::vector<Detained> told = holding.detained();
    for (const Waiting& one : waiting_) {
      told.push_back({one.named, one.judged, one.occasion});
    }
    hold_now(*shared_, {.generation = job_.generation,
                        .on_failure = job_.on_failure,
                        .letter = std::move(letter),
                        .detained = std::move(told),
                        .edits = std::move(edits),
                        .done = job_.done,
                        .turn = job_.turn});
  }

  const std::shared_ptr<Shared>& shared_;
  const EndJob& job_;
  std::vector<Waiting> waiting_;
};

void run(const std::shared_ptr<Shared>& shared,
         const std::shared_ptr<const EndJob>& job) {
  End end(shared, job);
  try {
    end.run();
  } catch (const std::exception& trouble) {
    shared->store_failed(trouble.what());
    end.let_pass();
  }
}

}  // namespace

void consult_about_letter(const std::shared_ptr<Shared>& shared,
                          const std::shared_ptr<const EndJob>& job) {
  const bool taken = shared->worker.run([shared, job] {
    if (job->turn->is_abandoned()) return job->done(later());
    run(shared, job);
  });
  if (!taken) End(shared, job).let_pass();
}

void report_unasked(Shared& shared, const EndJob& job, Trouble trouble) {
  const auto tell = [&](Judged judged, const Occasion& occasion) {
    judged.trouble = trouble;
    report(judged, occasion, job.generation->privacy(), shared.recorder);
  };
  for (const Waiting& one : job.waiting) tell(one.judged, one.occasion);
  for (const Detained& one : job.holding.detained()) {
    tell(one.judged, one.occasion);
  }
}

}  // namespace lostletter::gate
