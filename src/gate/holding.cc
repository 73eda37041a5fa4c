// SPDX-License-Identifier: Apache-2.0
#include "gate/holding.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "gate/submission.h"
#include "hold/addresses.h"
#include "mail/address.h"

namespace lostletter::gate {
namespace {

// What a notice says of who has the letter already is no mailing list.
constexpr std::size_t kMostOthers = 2000;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

std::string others_of(const std::vector<Named>& accepted) {
  std::string text;
  for (const Named& one : accepted) {
    if (text.size() + one.key.size() > kMostOthers) return text + ", ...";
    if (!text.empty()) text += ", ";
    text += one.key;
  }
  return text;
}

std::string sentence_of(const guard::Assessment& found) {
  return found.findings.empty() ? "" : printable(found.findings.front().text);
}

store::HeldRecipient recipient_of(const Detained& detained) {
  const guard::Assessment& found = detained.judged.assessment;
  store::HeldRecipient one;
  one.address = detained.named.key;
  one.parameters = joined(detained.named.parameters);
  if (!found.intended.empty()) one.intended = found.intended.front().address;
  one.reference = detained.judged.reference;
  one.reason = sentence_of(found);
  one.probability = found.probability;
  return one;
}

store::HeldRecipient recipient_of(const Named& along) {
  store::HeldRecipient one;
  one.address = along.key;
  one.parameters = joined(along.parameters);
  one.doubtful = false;
  return one;
}

// Should we be away for longer than the MTA is patient, its report to the
// sender names the address that was typed (RFC 3461 4.2; xtext).
std::string notice_of(std::string_view address) {
  std::string text = "NOTIFY=FAILURE";
  if (!is_ascii(address)) return text;
  text += " ORCPT=rfc822;";
  for (const char c : address) {
    const bool plain = c > ' ' && c < 0x7f && c != '+' && c != '=';
    text += plain ? std::string(1, c)
                  : fmt::format("+{:02X}", static_cast<unsigned char>(c));
  }
  return text;
}

void report_all(Shared& shared, const HoldJob& job, Trouble trouble) {
  for (const Detained& one : job.detained) {
    Judged judged = one.judged;
    judged.trouble = trouble;
    report(judged, one.occasion, job.generation->privacy(), shared.recorder);
  }
}

void fail(Shared& shared, const HoldJob& job, std::string_view why) {
  shared.store_failed(why);
  const bool accept = job.on_failure == milter::OnFailure::kAccept;
  if (job.turn->settle({Outcome::kFailed, {}, {}})) {
    report_all(shared, job, accept ? Trouble::kLetPass : Trouble::kTempfailed);
  }
  job.done(accept ? milter::Answer(milter::Proceed{}) : later());
}

}  // namespace

void hold_now(Shared& shared, const HoldJob& job) {
  if (job.turn->is_abandoned()) return job.done(later());
  try {
    shared.store.held().expect(job.letter);
  } catch (const std::exception& trouble) {
    return fail(shared, job, trouble.what());
  }
  shared.store_works();
  if (job.turn->settle({Outcome::kAccepted, {}, {}})) {
    report_all(shared, job, Trouble::kNone);
  }
  job.done(job.edits);
}

bool is_deletable(std::string_view forward_path, std::string_view resolved) {
  const std::string_view bare = without_brackets(forward_path);
  if (bare.find_first_of("(!%") != bare.npos || bare.starts_with('@')) {
    return false;
  }
  const auto parsed = mail::Address::parse(bare);
  return parsed && (resolved.empty() || ascii_iequals(bare, resolved) ||
                    ascii_iequals(parsed->to_string(), resolved));
}

store::HeldLetter letter_of(const Holding& holding,
                            const HoldEnvelope& envelope,
                            const hold::Options& options) {
  store::HeldLetter letter;
  letter.code = store::new_code();
  letter.at = envelope.at;
  letter.deadline = envelope.at + options.deadline;
  letter.listener = envelope.listener;
  letter.queue_id = envelope.queue_id;
  letter.submitter = envelope.submitter;
  letter.reverse_path = std::string(without_brackets(envelope.reverse_path));
  letter.parameters = joined(envelope.parameters);
  for (const Detained& one : holding.detained()) {
    letter.recipients.push_back(recipient_of(one));
  }
  if (!options.whole_letter) {
    letter.others = others_of(holding.accepted());
  } else {
    for (const Named& one : holding.accepted()) {
      letter.recipients.push_back(recipient_of(one));
    }
  }
  for (std::size_t i = 0; i < letter.recipients.size(); ++i) {
    letter.recipients[i].number = i;
    letter.recipients[i].changed_at = envelope.at;
  }
  return letter;
}

milter::Amend edits_of(const Holding& holding, const store::HeldLetter& letter,
                       const hold::Options& options) {
  milter::Amend edits;
  for (const Detained& one : holding.detained()) {
    edits.removed.push_back(one.named.path);
  }
  if (options.whole_letter) {
    for (const Named& one : holding.accepted()) {
      edits.removed.push_back(one.path);
    }
  }
  edits.added.push_back({hold::hold_address(hold::AddressKind::kLetter,
                                            letter.code, options.domain),
                         notice_of(letter.recipients.front().address)});
  return edits;
}

void hold_at_end(const std::shared_ptr<Shared>& shared,
                 const std::shared_ptr<const HoldJob>& job) {
  const bool taken =
      shared->worker.run([shared, job] { hold_now(*shared, *job); });
  if (!taken) fail(*shared, *job, "too many decisions wait for the database");
}

void report_not_held(Shared& shared, const HoldJob& job, Trouble trouble) {
  report_all(shared, job, trouble);
}

}  // namespace lostletter::gate
