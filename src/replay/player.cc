// SPDX-License-Identifier: Apache-2.0
#include "replay/player.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "gate/decide.h"
#include "gate/ending.h"
#include "gate/mode.h"
#include "gate/question.h"
#include "gate/ration.h"
#include "gate/submission.h"
#include "guard/ration.h"

namespace lostletter::replay {
namespace {

using archive::Letter;
using archive::Outcome;
using guard::Action;

// Lessons wait until somebody asks, and no more than so many.
constexpr std::size_t kMostLessons = 5000;
// The guard looks every ten minutes; a log of years has too many of those.
constexpr Duration kRenewal = std::chrono::days(1);

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
  bool rationed = false;
};

Result<std::unique_ptr<Player>> Player::open(
    std::shared_ptr<const gate::Policy> policy, const std::string& directory,
    learning::Us us, store::Retention retention, Teach teach) {
  auto store = store::open_sqlite(directory);
  if (!store) return std::unexpected(store.error());
  return std::unique_ptr<Player>(new Player(std::move(policy),
                                            std::move(*store), std::move(us),
                                            retention, std::move(teach)));
}

Player::Player(std::shared_ptr<const gate::Policy> policy,
               std::unique_ptr<store::Store> store, learning::Us us,
               store::Retention retention, Teach teach)
    : store_(std::move(store)),
      generation_(std::move(policy), store_->secret()),
      us_(std::move(us)),
      teacher_(us_, learning::Trust::kArchive),
      retention_(retention),
      teach_(std::move(teach)) {}

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
  envelope.rationed =
      gate::is_rationed(generation_.dial(), envelope.mode, envelope.person);
  return envelope;
}

std::vector<Ruling> Player::judge(const Letter& letter, Door door) {
  std::vector<Ruling> rulings;
  const Envelope envelope = this->envelope(letter, door);
  if (!envelope.leaving) return rulings;
  if (teach_ && letter.at - taught_ >= kRenewal) learn_names(letter.at);
  accepted_ = 0;
  for (std::size_t i = 0; i < letter.recipients.size(); ++i) {
    const auto recipient = read(letter.recipients[i]);
    if (recipient.exempt) {
      ++accepted_;
      continue;
    }
    Ruling& ruling = rulings.emplace_back(Ruling{.recipient = i, .found = {}});
    rule(envelope, recipient, ruling);
    accepted_ += ruling.is_stopped() ? 0 : 1;
  }
  if (envelope.rationed) ration(letter, envelope, rulings);
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
  const guard::Assessment unweighed = ruling.found;
  // What the DNS says today was not so then.
  gate::weigh(generation_.assessor(), *store_, nullptr,
              {.person = envelope.person, .now = envelope.at}, envelope.mode,
              ruling.found);
  if (envelope.rationed && waits(envelope, recipient, ruling.found)) {
    ruling.found = unweighed;
    return;
  }
  if (action == Action::kAsk) ask(envelope, recipient, ruling, accepted_ == 0);
  if (action == Action::kHold) hold(envelope, recipient, ruling);
  const bool asked = ruling.is_new_question || action == Action::kHold;
  if (envelope.rationed && asked && guard::is_estimated(ruling.found)) {
    record({.person = envelope.person,
            .recipient = recipient.key,
            .at = envelope.at,
            .score = guard::score(ruling.found),
            .asked = true});
  }
}

// What the gate leaves to the end of the letter.
bool Player::waits(const Envelope& envelope, const gate::Recipient& recipient,
                   const guard::Assessment& found) {
  if (found.action == Action::kAccept) return true;
  if (found.action == Action::kReject) return false;
  return !gate::may_ask(generation_, *store_,
                        {.person = envelope.person,
                         .submitter = envelope.submitter,
                         .recipient = recipient.key,
                         .now = envelope.at},
                        found);
}

void Player::record(const store::ScoreRecord& score) {
  store_->save_scores({&score, 1});
}

// As at the end of a letter at the gate (gate/ending.h).
void Player::ration(const Letter& letter, const Envelope& envelope,
                    std::vector<Ruling>& rulings) {
  learn(envelope.at);
  gate::Ending ending{.person = envelope.person,
                      .submitter = envelope.submitter,
                      .mode = envelope.mode,
                      .now = envelope.at,
                      .thread = letter.thread,
                      .automatic = letter.automatic};
  std::vector<gate::Candidate> candidates;
  std::vector<Ruling*> waiting;
  for (std::size_t i = 0, next = 0; i < letter.recipients.size(); ++i) {
    const archive::Recipient& to = letter.recipients[i];
    const auto recipient = read(to);
    Ruling* ruling = nullptr;
    if (next < rulings.size() && rulings[next].recipient == i) {
      ruling = &rulings[next++];
    }
    if (ruling != nullptr && ruling->is_stopped()) continue;
    ending.recipients.push_back(recipient.key);
    if (ruling == nullptr || ruling->is_confirmed) continue;
    candidates.push_back({recipient.key, to.name, ruling->found});
    waiting.push_back(ruling);
  }
  if (candidates.size() > gate::kMostWaiting) return;
  const auto choice =
      gate::choose(generation_, *store_, nullptr, ending, candidates);
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    waiting[i]->found = std::move(candidates[i].found);
  }
  for (const std::size_t i : choice.confirmed) add_confirmed(*waiting[i]);
  store_->save_scores(choice.scores);
  if (!choice.asked) return;
  Ruling& asked = *waiting[*choice.asked];
  const auto recipient = read(letter.recipients[asked.recipient]);
  if (asked.found.action == Action::kAsk) ask(envelope, recipient, asked, true);
}

gate::Recipient Player::read(const archive::Recipient& to) const {
  return gate::read_recipient('<' + to.address + '>', ascii_lower(to.address),
                              generation_.ours());
}

// To be held, unless its sender answered for it before.
void Player::hold(const Envelope& envelope, const gate::Recipient& recipient,
                  Ruling& ruling) {
  if (store_->find_confirmation(envelope.submitter, recipient.key,
                                envelope.at)) {
    add_confirmed(ruling);
  }
}

void Player::ask(const Envelope& envelope, const gate::Recipient& recipient,
                 Ruling& ruling, bool alone) {
  const gate::Resend resend{.submitter = envelope.submitter,
                            .recipient = recipient.key,
                            .reference = fmt::format("r{}", ++references_),
                            .alone = alone};
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
  const auto recipient = read(letter.recipients[ruling.recipient]);
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

// Whom people here write to may be meant, too, when something alike is typed.
void Player::learn_names(Seconds now) {
  taught_ = now;
  learn(now);
  auto found = store_->familiar(store::kMostFamiliar, now);
  auto familiar = store::addresses_of(found);
  if (familiar == familiar_) return;
  familiar_ = std::move(familiar);
  auto policy = std::make_shared<gate::Policy>(*generation_.policy());
  policy->assessor = teach_(std::move(found));
  generation_ = gate::Generation(std::move(policy), store_->secret());
}

}  // namespace lostletter::replay
