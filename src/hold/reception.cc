// SPDX-License-Identifier: Apache-2.0
#include "hold/reception.h"

#include <exception>
#include <utility>
#include <vector>

#include "base/fail_point.h"
#include "base/log.h"
#include "hold/addresses.h"
#include "hold/glance.h"
#include "hold/reply.h"

namespace lostletter::hold {
namespace {

using mail::Reply;

Reply taken() { return {250, "2.0.0", {"Ok"}}; }

Reply unknown() {
  return {550, "5.1.1", {"No letter is expected at this address."}};
}

Reply no_room() { return {452, "4.3.1", {"No room for this letter now."}}; }

Reply later() { return {451, "4.3.0", {"Not now. Please try again later."}}; }

// Runs `work`; the world's failure is the MTA's "later".
template <typename Work>
Reply or_later(Work work) {
  try {
    return work();
  } catch (const std::exception& trouble) {
    log_event(Event::kStoreFailed, {{"reason", std::string(trouble.what())}});
    return later();
  }
}

}  // namespace

Reply Reception::sender(const smtp::ReceivedSender&) { return taken(); }

Reply Reception::recipient(const smtp::ReceivedSender&,
                           const smtp::ReceivedRecipient& recipient) {
  const auto ours =
      read_hold_address(recipient.forward_path, shelf_.options.domain);
  return ours && !ours->word.empty() ? taken() : unknown();
}

void Reception::letter(smtp::ReceivedLetter letter, smtp::LetterDone done) {
  const std::size_t size = letter.recipients.size();
  const bool accepted = worker_.run([this, letter = std::move(letter), done] {
    std::vector<Reply> replies;
    for (const auto& one : letter.recipients) {
      replies.push_back(take(one.forward_path, letter.content));
    }
    fail_point(FailPoint::kListenerReplying);
    done(std::move(replies));
  });
  if (!accepted) done(std::vector<Reply>(size, later()));
}

Reply Reception::take(std::string_view address, std::string_view content) {
  const auto ours = read_hold_address(address, shelf_.options.domain);
  if (!ours || ours->word.empty()) return unknown();
  return or_later([&] {
    switch (ours->kind) {
      case AddressKind::kLetter:
        return hold(ours->word, content);
      case AddressKind::kAcknowledgement:
        return acknowledge(ours->word);
      case AddressKind::kReply:
        return answer(ours->word, content);
    }
    return unknown();
  });
}

Reply Reception::hold(const std::string& code, std::string_view content) {
  if (content.size() > shelf_.options.most_size ||
      (shelf_.free_space &&
       shelf_.free_space() < shelf_.options.disk_reserve + content.size())) {
    log_event(Event::kHoldFull, {{"code", code}});
    return no_room();
  }
  const Glance glance = glance_at(content);
  const auto arrived =
      shelf_.store.held().arrive({.code = code,
                                  .content = shelf_.vault.seal(code, content),
                                  .size = content.size(),
                                  .subject = glance.subject,
                                  .message_id = glance.message_id,
                                  .automatic = glance.automatic},
                                 shelf_.clock.now());
  if (arrived == store::Arrived::kUnknown) return unknown();
  if (arrived == store::Arrived::kHeld) {
    log_event(
        Event::kLetterHeld,
        {{"code", code}, {"size", static_cast<std::int64_t>(content.size())}});
  }
  return taken();
}

Reply Reception::acknowledge(const std::string& token) {
  return shelf_.store.held().acknowledge(token, shelf_.clock.now()) ? taken()
                                                                    : unknown();
}

// A letter that is no answer, or comes too late, is not worth a bounce to
// whoever sent it: the notice says what holds.
Reply Reception::answer(const std::string& token, std::string_view content) {
  const auto question = shelf_.answers.look(token);
  if (!question) return unknown();
  if (question->purpose != Purpose::kReply) return unknown();
  const auto purpose = read_reply(content);
  if (!purpose) {
    return {550,
            "5.6.0",
            {"The first word of the first line must be fix, send or discard."}};
  }
  const auto decided =
      shelf_.answers.decide(*question, *purpose, {"sender", "mail"});
  if (decided == Decided::kNow) return taken();
  // An answer whose 250 the MTA did not hear is brought again. A bounce would
  // tell its sender that it came too late.
  const auto since = shelf_.answers.look(token);
  if (since && stands(*since, *purpose)) return taken();
  return {550, "5.7.1", {"This was answered before, or its time is over."}};
}

}  // namespace lostletter::hold
