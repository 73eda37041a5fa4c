// SPDX-License-Identifier: Apache-2.0
//
// One recipient of one held letter, and everybody who has a hand in it: the
// MTA, two guards, people who answer. explore() goes through every order in
// which their steps can happen, with crashes and lost answers anywhere, over
// the real table of states, and says which promise of docs/states.md breaks,
// and how.
//
// What it takes for granted: a commit is durable; a transaction is one step;
// an MTA that commits a letter delivers it once and brings its acknowledgement
// some time; it does not bounce what it has brought us. Leases need not hold:
// any guard may claim at any moment, so every guard may be arbitrarily slow.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/held_states.h"

namespace lostletter::store {

// The rules of the game, to be broken by tests.
struct HeldRules {
  std::function<std::optional<HeldState>(HeldState, HeldEvent)> after;
  bool hand_compares = true;        // hand() is compare and set
  bool settle_compares = true;      // settle() looks at the token
  bool lease_frees_handed = false;  // kHanded -> kReleasing when it ends
  bool silence_is_no = false;       // no answer after the dot: as a 4yz
  bool operator_waits = true;       // until the attempt's session is over
  bool early_250 = false;           // the listener answers before it commits
  bool eager_sweep = false;         // contents go once they are handed over
};
inline HeldRules real_rules() {
  HeldRules rules;
  rules.after = [](HeldState state, HeldEvent event) {
    return after(state, event);
  };
  return rules;
}

inline constexpr std::uint8_t kMostAttempts = 3;
inline constexpr std::uint8_t kMostReports = 2;
inline constexpr std::uint8_t kMostLost = 2;  // 250s of our listener

// What the MTA has of the letter before we do.
enum class Original : std::uint8_t {
  kUndecided,  // its commit is to come, after ours
  kQueued,
  kBrought,  // it heard our 250
  kNever,    // it crashed before its commit: its client knows
  kBounced,  // we were away for too long: the sender knows
};
// What became of one attempt, at the MTA.
enum class Attempt : std::uint8_t {
  kNone,
  kOpen,  // no final dot yet
  kDot,   // sent
  kCommitted,
  kDeferred,
  kRefused,
  kDead,  // never will be
};
enum class Doing : std::uint8_t {
  kIdle,
  kClaimed,
  kHanded,    // hand() said yes: the dot is next
  kDotSent,   // waits for the answer
  kHeard250,  // and will settle
  kHeard4,
  kHeard5,
  kReporting,
  kReported,  // the MTA took the report; to be settled
};

struct Guard {
  Doing doing = Doing::kIdle;
  std::uint8_t token = 0;
};

struct World {
  Original original = Original::kUndecided;
  std::uint8_t lost = 0;
  HeldState state = HeldState::kExpected;
  bool content = false;
  std::uint8_t token = 0;     // of the last claim; 0: none
  std::uint8_t attempts = 0;  // tokens 1, 2, 3
  std::uint8_t reports = 0;   // tokens 11, 12
  std::array<bool, kMostAttempts + 1> handed{};
  std::array<Attempt, kMostAttempts + 1> mta{};
  std::array<Guard, 2> guards{};
  std::uint8_t delivered = 0;
  bool reported = false;
  bool dot = false;  // one was ever sent

  std::string key() const {
    std::string key;
    const auto add = [&key](auto... values) {
      (key.push_back(static_cast<char>(values)), ...);
    };
    add(original, lost, state, content, token, attempts, reports, delivered,
        reported, dot);
    for (const bool one : handed) add(one);
    for (const Attempt one : mta) add(one);
    for (const Guard& guard : guards) add(guard.doing, guard.token);
    return key;
  }
};

struct Exploration {
  std::size_t states = 0;
  std::size_t steps = 0;
  std::size_t ended = 0;  // states in which the recipient has ended
  std::string broken;     // the first promise that is, with the way there
};

// Looks for any broken promise, or only for those that begin so.
Exploration explore(const HeldRules& rules, std::string_view only = {});

}  // namespace lostletter::store
