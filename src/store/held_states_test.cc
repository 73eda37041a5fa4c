// SPDX-License-Identifier: Apache-2.0
#include "store/held_states.h"

#include <iostream>
#include <set>

#include <gmock/gmock.h>

#include "store/held_explorer_test.h"

namespace lostletter::store {
namespace {

using enum HeldState;
using enum HeldEvent;

TEST(HeldStates, TheTableIsSound) {
  std::set<std::pair<HeldState, HeldEvent>> seen;
  std::set<HeldEvent> events;
  for (const HeldRow& row : held_rows()) {
    const auto name = std::string(to_string(row.from)) + " " +
                      std::string(to_string(row.event));
    EXPECT_TRUE(seen.emplace(row.from, row.event).second) << name;
    EXPECT_EQ(after(row.from, row.event), row.to) << name;
    EXPECT_TRUE(!is_final(row.from) || row.from == kVoid) << name;
    EXPECT_EQ(parse_held_state(to_string(row.from)), row.from);
    events.insert(row.event);
  }
  EXPECT_EQ(events.size(), 13U);
  EXPECT_EQ(after(kDiscarded, kRelease), std::nullopt);
  EXPECT_EQ(parse_held_state("Held"), std::nullopt);
}

// Every order of every step of everybody.
TEST(HeldStates, NoOrderOfEventsBreaksAPromise) {
  const Exploration all = explore(real_rules());
  EXPECT_EQ(all.broken, "");
  std::cout << "explored " << all.states << " states by " << all.steps
            << " steps; " << all.ended << " of them at an end\n";
  RecordProperty("states", std::to_string(all.states));
  EXPECT_GT(all.states, 50000U);  // else the model has lost its actors
}

// The explorer finds what it is there to find: rules that look harmless, and
// are not.
struct Mutation {
  std::string name;
  std::function<void(HeldRules&)> with;
  std::string broken;
};

void add_row(HeldRules& rules, HeldState from, HeldEvent event, HeldState to) {
  rules.after = [=, before = rules.after](HeldState state, HeldEvent what) {
    if (state == from && what == event) return std::optional(to);
    return before(state, what);
  };
}

TEST(HeldStates, EachOfTheseWouldBreakOne) {
  const Mutation cases[] = {
      {"hand() without compare and set",
       [](auto& r) { r.hand_compares = false; }, "delivered twice"},
      {"a lease that ends frees what was handed over",
       [](auto& r) { r.lease_frees_handed = true; }, "delivered twice"},
      {"silence after the dot is a no", [](auto& r) { r.silence_is_no = true; },
       "delivered twice"},
      {"an operator who does not wait for the session's end",
       [](auto& r) { r.operator_waits = false; }, "delivered twice"},
      {"settle() for whoever comes", [](auto& r) { r.settle_compares = false; },
       "delivered"},
      {"250 before the commit", [](auto& r) { r.early_250 = true; },
       "lost: the MTA let go of it, and we do not have it"},
      {"contents removed once handed over",
       [](auto& r) { r.eager_sweep = true; }, "lost: its content is gone"},
      {"discard after it was handed over",
       [](auto& r) { add_row(r, kHanded, kDiscard, kDiscarded); },
       "delivered and discarded"},
      {"discarding what is being released, undone by a release",
       [](auto& r) { add_row(r, kDiscarded, kRelease, kReleasing); },
       "lost: its content is gone"},
      {"return after it was handed over",
       [](auto& r) { add_row(r, kHanded, kReturn, kReturning); },
       "delivered and returned"},
      {"nothing ends what was handed over",
       [](auto& r) {
         r.after = [before = r.after](HeldState state, HeldEvent event) {
           return state == kHanded && event != kAccepted ? std::nullopt
                                                         : before(state, event);
         };
       },
       "it never ends"},
      {"what is void is never taken in",
       [](auto& r) {
         r.after = [before = r.after](HeldState state, HeldEvent event) {
           return state == kVoid ? std::nullopt : before(state, event);
         };
       },
       "lost: it is void, and the MTA let go of it"},
  };
  for (const Mutation& one : cases) {
    HeldRules rules = real_rules();
    one.with(rules);
    const Exploration found = explore(rules, one.broken);
    EXPECT_THAT(found.broken, testing::StartsWith(one.broken)) << one.name;
    std::cout << one.name << ": "
              << found.broken.substr(0,
                                     found.broken.find(':', one.broken.size()))
              << ", in " << found.states << " states\n";
  }
}

}  // namespace
}  // namespace lostletter::store
