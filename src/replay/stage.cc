// SPDX-License-Identifier: Apache-2.0
#include "replay/stage.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace lostletter::replay {
namespace {

using archive::Letter;
using archive::Outcome;
using guard::Action;

// Letters that take longer than this from their beginning to their end are
// played when they end.
constexpr Duration kWindow = std::chrono::hours(12);
constexpr std::size_t kMostWaiting = 500'000;

const Ruling* find(const std::vector<Ruling>& rulings, std::size_t recipient) {
  const auto found = std::ranges::find(rulings, recipient, &Ruling::recipient);
  return found == rulings.end() ? nullptr : &*found;
}

}  // namespace

Stage::Stage(Player& current, Player& wanted, const Truth& truth,
             const scan::Period& period, Tell tell)
    : current_(current),
      wanted_(wanted),
      truth_(truth),
      period_(period),
      tell_(std::move(tell)) {}

void Stage::begin_source(archive::Kind kind) {
  using archive::Kind;
  is_mta_ = kind == Kind::kPostfix || kind == Kind::kExim ||
            kind == Kind::kSendmail || kind == Kind::kSyslog;
}

void Stage::letter(const Letter& letter) {
  auto played = std::make_shared<Played>();
  played->letter = letter;
  if (letter.at == Seconds()) played->letter.at = clock_;
  // Who neither logged in nor came over a network was on the host itself.
  played->door = is_mta_ && letter.login.empty() && letter.client.empty()
                     ? Door::kLocal
                     : Door::kSubmitted;
  const Seconds at = played->letter.at;
  if (period_.until && at >= *period_.until) return;
  disordered += at < played_ ? 1 : 0;
  clock_ = std::max({clock_, at, letter.ended});
  const bool came_back = std::ranges::any_of(
      letter.recipients,
      [](const auto& to) { return to.outcome == Outcome::kBounced; });
  events_.push({at, ++number_, false, played});
  if (came_back) {
    events_.push({std::max(at, letter.ended), ++number_, true, played});
  }
  play_until(clock_ - kWindow);
}

void Stage::finish() { play_until(Seconds::max()); }

void Stage::play_until(Seconds time) {
  while (!events_.empty() &&
         (events_.top().at <= time || events_.size() > kMostWaiting)) {
    const Event event = events_.top();
    events_.pop();
    played_ = std::max(played_, event.at);
    play(event);
  }
}

// What it rules, and what comes of it: who was asked about an address that was
// right says so, before or after it was held, and it goes there; who was asked
// about a mistake mends it.
std::vector<Ruling> Stage::play(Player& player, Played& played,
                                std::size_t which) {
  auto rulings = player.judge(played.letter, played.door);
  std::vector<std::size_t>& passed = played.passed[which];
  for (std::size_t i = 0; i < played.letter.recipients.size(); ++i) {
    const Ruling* ruling = find(rulings, i);
    if (ruling == nullptr || !ruling->is_stopped()) {
      passed.push_back(i);
      continue;
    }
    const bool is_right =
        truth_.find(played.letter.recipients[i].address) == nullptr;
    const bool is_asked = ruling->found.action == Action::kAsk ||
                          ruling->found.action == Action::kHold;
    if (is_asked && is_right) {
      player.confirm(played.letter, played.door, *ruling);
      passed.push_back(i);
    }
  }
  player.pass(played.letter, passed);
  return rulings;
}

void Stage::play(const Event& event) {
  Played& played = *event.played;
  if (event.is_end) {
    current_.come_back(played.letter, played.passed[0]);
    wanted_.come_back(played.letter, played.passed[1]);
    return;
  }
  const auto current = play(current_, played, 0);
  const auto wanted = play(wanted_, played, 1);
  if (period_.since && event.at < *period_.since) return;
  ++letters;
  for (std::size_t i = 0; i < played.letter.recipients.size(); ++i) {
    const Case one{played.letter, played.letter.recipients[i],
                   truth_.find(played.letter.recipients[i].address),
                   find(current, i), find(wanted, i)};
    if (one.current != nullptr || one.wanted != nullptr) tell_(one);
  }
}

}  // namespace lostletter::replay
