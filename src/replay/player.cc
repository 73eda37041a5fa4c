// SPDX-License-Identifier: Apache-2.0
#include "replay/player.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "gate/decide.h"
#include "gate/mode.h"
#include "gate/question.h"
#include "gate/submission.h"

namespace lostletter::replay {
namespace {

using archive::Letter;
using archive::Outcome;
using guard::Action;

// Lessons wait until somebody asks, and no more than so many.
constexpr std::size_t kMostLessons = 5000;

// Letters of people come by the first door that is theirs.
gate::ListenerOptions listener_of(const gate::Policy& policy, Door door) {
  const auto wanted =
      door == Door::kLocal ? gate::Traffic::kLocal : gate::Traffic::kSubmission;
  const auto found = std::ranges::find(policy.listeners, wanted,
                                       &gate::ListenerOptions::traffic);
  if (found != policy.listeners.end()) return *found;
  gate::ListenerOptions listener;
  listener.traffic = wanted;
  return listener;
}

milter::Connect connection_of(const std::string& client) {
  milter::Connect connect;
  connect.address = client;
  connect.family = client.contains(':') ? '6' : '4';
  return connect;
}

void add_confirmed(Ruling& ruling) {
  ruling.is_confirmed = true;
  ruling.found.action = Action::kAccept;
  ruling.found.findings.push_back(
      {"guard.confirmed", 0,
       "the sender sent it again and so confirmed the address"});
}

}  // namespace

// A letter as SMTP shows it.
struct Player::Envelope {
  Seconds at;
  std::string reverse_path;
  std::string person;
  std::string submitter;
  gate::Traffic traffic{};
  guard::Mode mode{};
  bool leaving = false;
};

Result<std::unique_ptr<Player>> Player::open(
    std::shared_ptr<const gate::Policy> policy, const std::string& directory,
    learning::Us us, store::Retention retention) {
  auto store = store::open_sqlite(directory);
  if (!store) return std::unexpected(store.error());
  return std::unique_ptr<Player>(new Player(
      std::move(policy), std::move(*store), std::move(us), retention));
}

Player::Player(std::shared_ptr<const gate::Policy> policy,
               std::unique_ptr<store::Store> store, learning::Us us,
               store::Retention retention)
    : store_(std::move(store)),
      generation_(std::move(policy), store_->secret()),
      us_(std::move(us)),
      teacher_(us_, learning::Trust::kArchive),
      retention_(retention) {}

Player::Envelope Player::envelope(const Letter& letter, Door door) const {
  const gate::Options& options = generation_.options();
  const auto listener = listener_of(*generation_.policy(), door);
  Envelope envelope;
  envelope.at = letter.at;
  envelope.reverse_path = '<' + letter.sender + '>';
  envelope.person = gate::person_of(envelope.reverse_path);
  // A log that tells neither says of a letter of ours only that it is one.
  const bool is_told = !letter.login.empty() || !letter.client.empty();
  const std::string login =
      is_told || door == Door::kLocal ? letter.login : letter.sender;
  envelope.submitter =
      gate::submitter_key(login, letter.client, envelope.reverse_path);
  // That the MTA lets its queue files be edited is taken for granted.
  envelope.mode = gate::mode_of(options, listener,
                                {.traffic = listener.traffic,
                                 .login = login,
                                 .reverse_path = envelope.reverse_path,
                                 .can_edit = true});
  envelope.traffic = listener.traffic;
  envelope.leaving = is_told || door == Door::kLocal
                         ? gate::is_leaving(login, connection_of(letter.client),
                                            options.inside, listener.traffic)
                         : us_.has(ascii_lower(letter.sender));
  return envelope;
}

std::vector<Ruling> Player::judge(const Letter& letter, Door door) {
  std::vector<Ruling> rulings;
  const Envelope envelope = this->envelope(letter, door);
  if (!envelope.leaving) return rulings;
  accepted_ = 0;
  for (std::size_t i = 0; i < letter.recipients.size(); ++i) {
    const std::string& address = letter.recipients[i].address;
    const auto recipient = gate::read_recipient(
        '<' + address + '>', ascii_lower(address), generation_.ours());
    if (recipient.exempt) {
      ++accepted_;
      continue;
    }
    Ruling& ruling = rulings.emplace_back(Ruling{.recipient = i, .found = {}});
    rule(envelope, recipient, ruling);
    accepted_ += ruling.is_stopped() ? 0 : 1;
  }
  return rulings;
}

void Player::rule(const Envelope& envelope, const gate::Recipient& recipient,
                  Ruling& ruling) {
  ruling.found = gate::judge(generation_.assessor(), recipient, envelope.mode);
  Action& action = ruling.found.action;
  if (!gate::is_to_be_weighed(ruling.found)) {
    action = gate::action_in(envelope.traffic, action);
    return;
  }
  learn(envelope.at);
  // What the DNS says today was not so then.
  gate::weigh(generation_.assessor(), *store_, nullptr, envelope.person,
              envelope.mode, envelope.at, ruling.found);
  if (action == Action::kAsk) ask(envelope, recipient, ruling);
  if (action == Action::kHold) hold(envelope, recipient, ruling);
}

// To be held, unless its sender answered for it before.
void Player::hold(const Envelope& envelope, const gate::Recipient& recipient,
                  Ruling& ruling) {
  if (!store_->find_confirmation(envelope.submitter, recipient.key,
                                 envelope.at)) {
    return;
  }
  add_confirmed(ruling);
}

void Player::ask(const Envelope& envelope, const gate::Recipient& recipient,
                 Ruling& ruling) {
  const gate::Resend resend{.submitter = envelope.submitter,
                            .recipient = recipient.key,
                            .reference = fmt::format("r{}", ++references_),
                            .alone = accepted_ == 0};
  const auto found =
      gate::ask(*store_, generation_.options(), envelope.at, resend);
  switch (found.standing) {
    case gate::Standing::kConfirmed:
      break;
    case gate::Standing::kProvable: {
      // Logs keep no Date; who sends it again at once means it.
      const gate::Options& options = generation_.options();
      store_->confirm({.submitter = envelope.submitter,
                       .recipient = recipient.key,
                       .reference = resend.reference,
                       .confirmed_at = envelope.at,
                       .expires_at = envelope.at + options.remember});
      break;
    }
    case gate::Standing::kAsked:
      ruling.is_new_question = true;
      return;
    case gate::Standing::kOpen:
      return;
    case gate::Standing::kTooMany:
      ruling.found.action = Action::kReject;
      return;
  }
  add_confirmed(ruling);
}

void Player::confirm(const Letter& letter, Door door, const Ruling& ruling) {
  const Envelope envelope = this->envelope(letter, door);
  const std::string& address = letter.recipients[ruling.recipient].address;
  const auto recipient = gate::read_recipient(
      '<' + address + '>', ascii_lower(address), generation_.ours());
  store_->confirm({.submitter = envelope.submitter,
                   .recipient = recipient.key,
                   .reference = fmt::format("r{}", ++references_),
                   .confirmed_at = envelope.at,
                   .expires_at = envelope.at + generation_.options().remember});
}

void Player::pass(const Letter& letter,
                  const std::vector<std::size_t>& recipients) {
  Letter passed = letter;
  passed.recipients.clear();
  for (const std::size_t i : recipients) {
    passed.recipients.push_back(letter.recipients[i]);
    // What becomes of it nobody knows yet.
    passed.recipients.back().outcome = Outcome::kUnknown;
  }
  teacher_.teach(passed, lessons_);
  if (lessons_.size() >= kMostLessons) learn(letter.at);
}

void Player::come_back(const Letter& letter,
                       const std::vector<std::size_t>& recipients) {
  Letter back = letter;
  back.recipients.clear();
  for (const std::size_t i : recipients) {
    if (letter.recipients[i].outcome != Outcome::kBounced) continue;
    back.recipients.push_back(letter.recipients[i]);
  }
  if (!back.recipients.empty()) teacher_.teach(back, lessons_);
}

void Player::learn(Seconds now) {
  if (lessons_.empty()) return;
  store_->learn(lessons_, now, retention_);
  lessons_.clear();
}

}  // namespace lostletter::replay
