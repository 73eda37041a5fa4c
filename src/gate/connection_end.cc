// SPDX-License-Identifier: Apache-2.0
//
// The header section and the end of a letter.
#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "gate/connection.h"
#include "gate/notes.h"

namespace lostletter::gate {

using guard::Mode;
using milter::Answer;
using milter::Proceed;

namespace {

// What waits was not sent to: it teaches when it is released, and never when
// it is discarded.
void remove_held(const milter::Amend& edits,
                 std::vector<std::string>& recipients) {
  std::erase_if(recipients, [&](const std::string& recipient) {
    return std::ranges::any_of(edits.removed, [&](std::string_view path) {
      return ascii_iequals(without_brackets(path), recipient);
    });
  });
}

}  // namespace

void Connection::header(const milter::Header& header) {
  read_back();
  if (!message_) return;
  if (message_->pending || message_->rationed) {
    message_->headers.add(header.name, header.body);
  }
  if (message_->rationed) message_->header.add(header.name, header.body);
  if (message_->notes) message_->notes->add_field(header.name, header.body);
}

// Those who want to hear of the letter do when the answer lets it through.
milter::Done Connection::telling(const milter::MacroView& macros,
                                 milter::Done done) {
  if (!message_ || !message_->notes || !message_->notes->has_recipients()) {
    return done;
  }
  auto letter = std::make_shared<archive::Passing>(
      message_->notes->finish(shared_->clock.now(), macros));
  message_->notes.reset();
  return [shared = shared_, letter = std::move(letter),
          done = std::move(done)](Answer answer) {
    bool passes = !std::holds_alternative<milter::Refuse>(answer);
    if (const auto* held = std::get_if<milter::Amend>(&answer)) {
      remove_held(*held, letter->recipients);
      passes = !letter->recipients.empty();
    }
    done(std::move(answer));
    if (passes) shared->hear_letter(std::move(*letter));
  };
}

void Connection::end_of_message(const milter::MacroView& macros,
                                milter::Done done) {
  read_back();
  done = telling(macros, std::move(done));
  if (message_ && !message_->waiting.empty() && !message_->pending) {
    return weigh_letter(macros, std::move(done));
  }
  if (message_ && !message_->holding.empty()) {
    return hold(macros, std::move(done));
  }
  if (!message_ || !message_->pending) return done(Proceed{});
  auto pending = std::move(*message_->pending);
  message_->pending.reset();
  pending.occasion.queue_id = macros.find("i");
  open_ = std::make_shared<const Consultation>(Consultation{
      .generation = message_->generation,
      .on_failure = message_->listener.on_failure,
      .occasion = std::move(pending.occasion),
      .judged = std::move(pending.judged),
      .resend = {.submitter = pending.question.submitter,
                 .recipient = pending.question.recipient,
                 .reference = pending.question.reference},
      .done = std::move(done),
  });
  consult_at_end(shared_, open_, std::move(pending.question),
                 message_->headers);
}

void Connection::hold(const milter::MacroView& macros, milter::Done done) {
  const hold::Options& options = message_->generation->options().hold;
  Holding& holding = message_->holding;
  store::HeldLetter letter = letter_of(holding, envelope(macros), options);
  milter::Amend edits = edits_of(holding, letter, options);
  holding_ = std::make_shared<const HoldJob>(
      HoldJob{.generation = message_->generation,
              .on_failure = message_->listener.on_failure,
              .letter = std::move(letter),
              .detained = holding.detained(),
              .edits = std::move(edits),
              .done = std::move(done)});
  holding = {};
  hold_at_end(shared_, holding_);
}

HoldEnvelope Connection::envelope(const milter::MacroView& macros) const {
  return {.listener = listener_.name,
          .queue_id = std::string(macros.find("i")),
          .submitter = message_->submitter,
          .reverse_path = message_->mail.reverse_path,
          .parameters = message_->mail.parameters,
          .at = shared_->clock.now()};
}

// Watched, it goes its way while it is weighed.
void Connection::weigh_letter(const milter::MacroView& macros,
                              milter::Done done) {
  const bool watched = message_->mode == Mode::kWatch;
  if (watched) done(Proceed{});
  for (Waiting& one : message_->waiting) {
    one.occasion.queue_id = macros.find("i");
  }
  const Seconds now = shared_->clock.now();
  archive::Passing letter;
  letter.recipients = message_->recipients;
  letter.header = std::move(message_->header).text();
  ending_ = std::make_shared<const EndJob>(EndJob{
      .generation = message_->generation,
      .on_failure = message_->listener.on_failure,
      .ending = {.person = message_->person,
                 .submitter = message_->submitter,
                 .mode = message_->mode,
                 .now = now,
                 .recipients = std::move(message_->recipients)},
      .letter = std::move(letter),
      .headers = message_->headers,
      .waiting = std::exchange(message_->waiting, {}),
      .holding = std::exchange(message_->holding, {}),
      .envelope = envelope(macros),
      .done = watched ? [](const Answer&) {} : std::move(done),
  });
  consult_about_letter(shared_, ending_);
  if (watched) ending_.reset();
}

void Connection::abort() { end_message(); }

}  // namespace lostletter::gate
