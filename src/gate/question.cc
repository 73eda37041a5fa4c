// SPDX-License-Identifier: Apache-2.0
#include "gate/question.h"

#include <algorithm>

namespace lostletter::gate {
namespace {

bool is_open(const store::Question& question, const Options& options,
             Seconds now) {
  const auto age = now - question.asked_at;
  return age >= Duration::zero() && age <= options.confirm_within;
}

AtRcpt ask_anew(store::Store& store, const Options& options, Seconds now,
                const Resend& resend) {
  // Those asked later than now were asked before the clock was turned back:
  // they count, for they are stored.
  const auto open =
      store.count_questions(resend.submitter, now - options.confirm_within);
  if (open >= options.most_questions) return {Standing::kTooMany, {}};
  store.save_question({.submitter = resend.submitter,
                       .recipient = resend.recipient,
                       .reference = resend.reference,
                       .asked_at = now,
                       .stale_date = std::nullopt});
  return {Standing::kAsked, {}};
}

}  // namespace

bool has_question(store::Store& store, const Options& options, Seconds now,
                  std::string_view submitter, std::string_view recipient) {
  const auto question = store.find_question(submitter, recipient);
  return question && is_open(*question, options, now);
}

AtRcpt ask(store::Store& store, const Options& options, Seconds now,
           const Resend& resend) {
  if (store.find_confirmation(resend.submitter, resend.recipient, now)) {
    return {Standing::kConfirmed, {}};
  }
  auto question = store.find_question(resend.submitter, resend.recipient);
  if (!question || !is_open(*question, options, now)) {
    return ask_anew(store, options, now, resend);
  }
  if (resend.refused_here || now - question->asked_at < options.confirm_after) {
    return {Standing::kOpen, {}};
  }
  if (!resend.alone) {
    question->asked_at = now;
    store.save_question(*question);
    return {Standing::kOpen, {}};
  }
  return {Standing::kProvable, std::move(question)};
}

std::optional<Flaw> prove(store::Store& store, const Options& options,
                          Seconds now, const store::Question& question,
                          const std::string& reference,
                          const Headers& headers) {
  // Another session may have answered or failed since RCPT.
  store::Question newest =
      store.find_question(question.submitter, question.recipient)
          .value_or(question);
  if (store.find_confirmation(question.submitter, question.recipient, now)) {
    return std::nullopt;
  }
  const auto flaw = headers.flaw(newest, now);
  if (!flaw) {
    store.confirm({.submitter = question.submitter,
                   .recipient = question.recipient,
                   .reference = reference,
                   .confirmed_at = now,
                   .expires_at = now + options.remember});
    return std::nullopt;
  }
  newest.asked_at = now;
  const bool stale = *flaw == Flaw::kOldDate || *flaw == Flaw::kFutureDate ||
                     *flaw == Flaw::kNoLaterDate;
  if (const auto date = headers.date(); date && stale) {
    newest.stale_date = std::max(newest.stale_date.value_or(*date), *date);
  }
  store.save_question(newest);
  return flaw;
}

}  // namespace lostletter::gate
