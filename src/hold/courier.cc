// SPDX-License-Identifier: Apache-2.0
#include "hold/courier.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "base/fail_point.h"
#include "base/log.h"
#include "base/text.h"
#include "hold/addresses.h"
#include "hold/fields.h"
#include "hold/mend.h"
#include "hold/notice.h"
#include "hold/report.h"

namespace lostletter::hold {
namespace {

using namespace std::chrono_literals;

using store::Claim;
using store::HeldEvent;
using store::HeldLetter;
using store::HeldRecipient;
using store::HeldState;

constexpr std::size_t kBatch = 20;
// Longer than a dialog with the MTA may take.
constexpr std::chrono::seconds kLease = 15min;
constexpr std::chrono::seconds kShortestWait = 30s;
constexpr std::chrono::seconds kLongestWait = 1h;

// What held for the first way of the letter need not hold for the second: its
// size, and who had logged in.
std::string without(std::string_view parameters,
                    std::initializer_list<std::string_view> names) {
  std::string left;
  for (const std::string_view word : split(parameters, ' ')) {
    const auto name = word.substr(0, word.find('='));
    const bool drop = std::ranges::any_of(
        names, [&](std::string_view one) { return ascii_iequals(one, name); });
    if (word.empty() || drop) continue;
    if (!left.empty()) left += ' ';
    left += word;
  }
  return left;
}

// The mended letter, where the site wants its header mended and may.
std::string content_for(const HeldRecipient& recipient, std::string content,
                        Mend mend) {
  if (ascii_iequals(recipient.target, recipient.address) ||
      mend == Mend::kEnvelope ||
      (mend == Mend::kHeader && signs_recipients(content))) {
    return content;
  }
  return mend_fields(content, recipient.address, recipient.target).letter;
}

// What a receipt means for the recipient; nothing when it says nothing.
std::optional<HeldEvent> event_of(Sent sent) {
  switch (sent) {
    case Sent::kAccepted:
      return HeldEvent::kAccepted;
    case Sent::kDeferred:
      return HeldEvent::kDeferred;
    case Sent::kRefused:
      return HeldEvent::kRefused;
    case Sent::kCancelled:
    case Sent::kUncertain:
      break;
  }
  return std::nullopt;
}

void log_handing(Event event, const Claim& claim, std::string_view what,
                 std::string_view words) {
  const auto& one = claim.letter.recipients.front();
  log_event(event, {{"code", claim.letter.code},
                    {"recipient", static_cast<std::int64_t>(one.number)},
                    {"what", std::string(what)},
                    {"reply", std::string(words)}});
}

}  // namespace

Courier::Courier(store::Store& store, Vault& vault, Mta& mta,
                 const Clock& clock, Options options, std::string name)
    : store_(store),
      vault_(vault),
      mta_(mta),
      clock_(clock),
      options_(std::move(options)),
      actor_{"guard:" + std::move(name), ""},
      secret_(store.secret()) {}

bool Courier::work() {
  settle_those_left();
  bool busy = ask_senders();
  busy = end_waiting() || busy;
  busy = remind_senders() || busy;
  busy = hand_over() || busy;
  return report_returns() || busy;
}

void Courier::settle(Said said) {
  left_.push_back(std::move(said));
  settle_those_left();
}

// One after the other, so that each is settled once however often it throws.
void Courier::settle_those_left() {
  while (!left_.empty()) {
    const Said& said = left_.back();
    store_.held().settle(said.claim, said.event, said.words,
                         next_attempt(said.claim.letter.recipients.front()),
                         actor_, clock_.now());
    left_.pop_back();
  }
}

bool Courier::ask_senders() { return notify(1, clock_.now(), 0); }

bool Courier::remind_senders() {
  return notify(2, clock_.now() - options_.reminder, 1);
}

bool Courier::notify(std::size_t notices, Seconds before, std::size_t kind) {
  const Seconds now = clock_.now();
  const auto letters =
      store_.held().claim_notices(notices, before, now, now + kLease, kBatch);
  for (const HeldLetter& letter : letters) notify_one(letter, kind);
  return letters.size() == kBatch;
}

void Courier::notify_one(const HeldLetter& letter, std::size_t kind) {
  const std::string to = whom_to_tell(letter);
  if (to.empty()) {
    return store_.held().noticed(letter.code, "nobody to tell", clock_.now());
  }
  const auto what = kind == 0 ? Notice::kFirst : Notice::kReminder;
  const std::string notice =
      write_notice(letter, what, options_, secret_, clock_.now());
  fail_point(FailPoint::kNoticeSending);
  const Receipt receipt = send("", to, notice);
  if (receipt.sent == Sent::kAccepted || receipt.sent == Sent::kUncertain ||
      receipt.sent == Sent::kRefused) {
    store_.held().noticed(letter.code, to_string(receipt.sent), clock_.now());
  }
  log_event(Event::kSenderAsked,
            {{"code", letter.code}, {"reply", receipt.words}});
}

bool Courier::end_waiting() {
  const Seconds now = clock_.now();
  const auto letters = store_.held().overdue(now, kBatch);
  for (const HeldLetter& letter : letters) {
    for (const HeldRecipient& one : letter.recipients) {
      if (one.state != HeldState::kHeld || !one.doubtful) continue;
      const AtDeadline what = at_deadline(options_, letter.listener);
      const bool returns = what == AtDeadline::kReturn;
      const bool sends = what == AtDeadline::kSend;
      store_.held().answer(letter.code, one.number,
                           returns ? HeldEvent::kReturn : HeldEvent::kRelease,
                           returns ? ""
                           : sends ? one.address
                                   : options_.backup,
                           actor_, now);
    }
  }
  return letters.size() == kBatch;
}

bool Courier::hand_over() {
  const Seconds now = clock_.now();
  const auto claims =
      store_.held().claim(HeldState::kReleasing, now, now + kLease, kBatch);
  for (const Claim& claim : claims) hand_over_one(claim);
  return claims.size() == kBatch;
}

Result<std::string> Courier::content_of(const Claim& claim) {
  const auto sealed = store_.held().held_content(claim.letter.code);
  if (!sealed) return fail("its content is not there");
  return vault_.open(claim.letter.code, *sealed);
}

// When the store does not say whether the dot may be sent, it is not sent; but
// the store may have written that it was.
Receipt Courier::hand_to_mta(const Claim& claim, const Parcel& parcel) {
  try {
    return mta_.send(parcel, [&] {
      return store_.held().hand(claim, actor_, clock_.now());
    });
  } catch (const store::StoreError& trouble) {
    left_.push_back({claim, HeldEvent::kDeferred, trouble.what()});
    throw;
  }
}

void Courier::hand_over_one(const Claim& claim) {
  const HeldRecipient& one = claim.letter.recipients.front();
  auto content = content_of(claim);
  if (!content) {
    const std::string& why = content.error().message;
    log_handing(Event::kLetterHanded, claim, "unreadable", why);
    return settle({claim, HeldEvent::kDeferred, why});
  }
  const std::string text = content_for(one, std::move(*content), options_.mend);
  const Receipt receipt = hand_to_mta(
      claim, {.sender = claim.letter.reverse_path,
              .parameters = without(claim.letter.parameters, {"SIZE", "AUTH"}),
              .addressee = {one.target, one.parameters},
              .acknowledgement = hold_address(AddressKind::kAcknowledgement,
                                              claim.token, options_.domain),
              .content = text});
  const bool uncertain = receipt.sent == Sent::kUncertain;
  log_handing(uncertain ? Event::kHandingUncertain : Event::kLetterHanded,
              claim, to_string(receipt.sent), receipt.words);
  // Cancelled: it is another guard's now. Uncertain: the MTA will tell, by its
  // copy to our listener.
  const auto event = event_of(receipt.sent);
  if (event) settle({claim, *event, receipt.words});
}

bool Courier::report_returns() {
  const Seconds now = clock_.now();
  const auto claims =
      store_.held().claim(HeldState::kReturning, now, now + kLease, kBatch);
  for (const Claim& claim : claims) report_one(claim);
  return claims.size() == kBatch;
}

void Courier::report_one(const Claim& claim) {
  const HeldRecipient& one = claim.letter.recipients.front();
  if (!wants_report(claim.letter, one)) {
    return settle({claim, HeldEvent::kReported, "no report wanted"});
  }
  // Without its content the report goes out all the same.
  const auto content = content_of(claim);
  const auto header = content ? header_of(*content) : std::string_view();
  const std::string report =
      write_report(claim.letter, one, header, options_, clock_.now());
  fail_point(FailPoint::kReportSending);
  const Receipt receipt = send("", claim.letter.reverse_path, report);
  fail_point(FailPoint::kReportSent);
  log_handing(Event::kLetterHanded, claim, "report", receipt.words);
  const bool later = receipt.sent == Sent::kDeferred;
  settle({claim, later ? HeldEvent::kDeferred : HeldEvent::kReported,
          receipt.words});
}

Receipt Courier::send(const std::string& sender, const std::string& to,
                      const std::string& content) {
  const Parcel parcel{.sender = sender,
                      .parameters = is_ascii(content) ? "" : "BODY=8BITMIME",
                      .addressee = {to},
                      .content = content};
  return mta_.send(parcel, [] { return true; });
}

Seconds Courier::next_attempt(const HeldRecipient& recipient) const {
  const auto doublings = std::min<std::size_t>(recipient.attempts, 8);
  return clock_.now() +
         std::min(kLongestWait, kShortestWait * (1U << doublings));
}

}  // namespace lostletter::hold
