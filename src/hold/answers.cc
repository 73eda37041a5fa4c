// SPDX-License-Identifier: Apache-2.0
#include "hold/answers.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace lostletter::hold {

using store::HeldEvent;
using store::HeldState;

namespace {

void log_answer(const store::HeldLetter& letter,
                const store::HeldRecipient& recipient, std::string_view what,
                const store::Actor& actor) {
  log_event(Event::kLetterAnswered,
            {{"code", letter.code},
             {"recipient", static_cast<std::int64_t>(recipient.number)},
             {"what", std::string(what)},
             {"by", actor.who}});
}

std::string target_of(Purpose purpose, const store::HeldRecipient& one) {
  const bool mends = purpose == Purpose::kMend && !one.intended.empty();
  return mends ? one.intended : one.address;
}

}  // namespace

bool stands(const Question& question, Purpose purpose) {
  const auto& one = question.recipient;
  switch (one.state) {
    case HeldState::kDiscarded:
      return purpose == Purpose::kDiscard;
    case HeldState::kReleasing:
    case HeldState::kHanded:
    case HeldState::kDelivered:
      return purpose != Purpose::kDiscard &&
             ascii_iequals(one.target, target_of(purpose, one));
    default:
      return false;
  }
}

Answers::Answers(store::Store& store, const Clock& clock,
                 std::chrono::seconds remember)
    : store_(store),
      clock_(clock),
      remember_(remember),
      secret_(store.secret()) {}

std::optional<Question> Answers::look(std::string_view text) {
  const auto token = read_token(secret_, text);
  if (!token) return std::nullopt;
  auto letter = store_.held().find_held(token->code);
  if (!letter) return std::nullopt;
  const auto one = std::ranges::find(letter->recipients, token->recipient,
                                     &store::HeldRecipient::number);
  if (one == letter->recipients.end()) return std::nullopt;
  Question question{.letter = {},
                    .recipient = *one,
                    .purpose = token->purpose,
                    .open = one->state == HeldState::kHeld};
  question.letter = std::move(*letter);
  return question;
}

Decided Answers::decide(const Question& question, Purpose purpose,
                        const store::Actor& actor) {
  const auto& one = question.recipient;
  if (purpose == Purpose::kDiscard) {
    return discard(question.letter, one, actor);
  }
  return release(question.letter, one, target_of(purpose, one), actor);
}

// A confirmation: whoever answered for an address is not asked again.
Decided Answers::release(const store::HeldLetter& letter,
                         const store::HeldRecipient& recipient,
                         const std::string& target, const store::Actor& actor) {
  const Seconds now = clock_.now();
  const store::Confirmation confirmation = {.submitter = letter.submitter,
                                            .recipient = ascii_lower(target),
                                            .reference = recipient.reference,
                                            .confirmed_at = now,
                                            .expires_at = now + remember_};
  if (!store_.held().decide({letter.code, recipient.number, HeldEvent::kRelease,
                             target, &confirmation},
                            actor, now)) {
    return Decided::kBefore;
  }
  log_answer(letter, recipient, "release", actor);
  return Decided::kNow;
}

Decided Answers::discard(const store::HeldLetter& letter,
                         const store::HeldRecipient& recipient,
                         const store::Actor& actor) {
  const bool now =
      store_.held().answer(letter.code, recipient.number, HeldEvent::kDiscard,
                           "", actor, clock_.now());
  if (!now) return Decided::kBefore;
  log_answer(letter, recipient, "discard", actor);
  return Decided::kNow;
}

}  // namespace lostletter::hold
