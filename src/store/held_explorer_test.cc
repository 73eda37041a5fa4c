// SPDX-License-Identifier: Apache-2.0
#include "store/held_explorer_test.h"

namespace lostletter::store {
namespace {

using enum HeldState;
using enum HeldEvent;

// All that can happen next in one world; each as a name and the world after it.
class Steps {
 public:
  using Found = std::vector<std::pair<std::string_view, World>>;

  Steps(const HeldRules& rules, const World& now) : rules_(rules), now_(now) {
    original();
    answers();
    upkeep();
    for (std::size_t i = 0; i < now_.guards.size(); ++i) guard(i);
    for (std::size_t i = 1; i <= kMostAttempts; ++i) attempt(i);
  }
  Found take() { return std::move(found_); }

 private:
  template <typename Change>
  void step(std::string_view name, const Change& change) {
    World next = now_;
    change(next);
    found_.emplace_back(name, next);
  }
  // An event at the store; where the table has no row nothing happens.
  bool move(World& world, HeldEvent event) const {
    const auto to = rules_.after(world.state, event);
    if (to) world.state = *to;
    return to.has_value();
  }

  void arrive(World& world) const {
    if (move(world, kArrive)) world.content = true;
  }
  void original() {
    if (now_.original == Original::kUndecided) {
      step("the MTA commits the letter",
           [](World& w) { w.original = Original::kQueued; });
      step("the MTA crashes before its commit",
           [](World& w) { w.original = Original::kNever; });
    }
    if (now_.original != Original::kQueued) return;
    step("it arrives, 250 heard", [&](World& w) {
      arrive(w);
      w.original = Original::kBrought;
    });
    if (now_.lost < kMostLost) {
      step("it arrives, 250 lost", [&](World& w) {
        arrive(w);
        ++w.lost;
      });
    }
    if (rules_.early_250) {
      step("250 heard, then a crash",
           [](World& w) { w.original = Original::kBrought; });
    }
    if (now_.state == kExpected || now_.state == kVoid) {
      step("the MTA bounces it",
           [](World& w) { w.original = Original::kBounced; });
    }
  }

  void answers() {
    const auto answer = [&](std::string_view name, HeldEvent event) {
      if (!rules_.after(now_.state, event)) return;
      step(name, [&](World& w) {
        move(w, event);
        w.token = 0;
      });
    };
    answer("answered: release", kRelease);
    answer("answered: discard", kDiscard);
    answer("nobody answered: return", kReturn);
    if (now_.state != kHanded || now_.token == 0) return;
    const Attempt attempt = now_.mta[now_.token];
    bool over = attempt != Attempt::kOpen && attempt != Attempt::kDot;
    for (const Guard& guard : now_.guards) {
      over = over &&
             (guard.token != now_.token || (guard.doing != Doing::kHanded &&
                                            guard.doing != Doing::kDotSent));
    }
    if (over && attempt == Attempt::kCommitted) {
      answer("operator: call done", kCallDone);
    }
    if (over ? attempt != Attempt::kCommitted : !rules_.operator_waits) {
      answer("operator: send again", kSendAgain);
    }
  }

  void upkeep() {
    if (rules_.after(now_.state, kLapse)) {
      step("it lapses", [&](World& w) { move(w, kLapse); });
    }
    const bool unneeded =
        is_final(now_.state) || (rules_.eager_sweep && now_.state == kHanded);
    if (now_.content && unneeded) {
      step("its content is swept", [](World& w) { w.content = false; });
    }
    if (rules_.lease_frees_handed && now_.state == kHanded) {
      step("the lease ends", [](World& w) {
        w.state = kReleasing;
        w.token = 0;
      });
    }
  }

  // What the MTA does by itself in the session of one attempt.
  void attempt(std::size_t token) {
    const auto become = [&](std::string_view name, Attempt attempt) {
      step(name, [&](World& w) { w.mta[token] = attempt; });
    };
    switch (now_.mta[token]) {
      case Attempt::kOpen:
        become("the MTA closes a session", Attempt::kDead);
        break;
      case Attempt::kDot:
        step("the MTA commits a release", [&](World& w) {
          w.mta[token] = Attempt::kCommitted;
          ++w.delivered;
        });
        become("the MTA answers 4yz", Attempt::kDeferred);
        become("the MTA answers 5yz", Attempt::kRefused);
        become("the MTA crashes before its commit", Attempt::kDead);
        break;
      case Attempt::kCommitted:
        if (now_.handed[token] && rules_.after(now_.state, kAcknowledged)) {
          step("the MTA brings the acknowledgement",
               [&](World& w) { move(w, kAcknowledged); });
        }
        break;
      default:
        break;
    }
  }

  void claim(std::size_t i) {
    if (now_.state == kReleasing && now_.attempts < kMostAttempts) {
      step("a guard claims it", [&](World& w) {
        w.token = ++w.attempts;
        w.mta[w.token] = Attempt::kOpen;
        w.guards[i] = {Doing::kClaimed, w.token};
      });
    }
    if (now_.state == kReturning && now_.reports < kMostReports) {
      step("a guard claims its report", [&](World& w) {
        w.token = static_cast<std::uint8_t>(10 + ++w.reports);
        w.guards[i] = {Doing::kReporting, w.token};
      });
    }
  }

  // No more is heard of it; a session without its final dot is over.
  static void leave(World& world, std::size_t i) {
    Guard& guard = world.guards[i];
    if (guard.token <= kMostAttempts &&
        world.mta[guard.token] == Attempt::kOpen) {
      world.mta[guard.token] = Attempt::kDead;
    }
    guard = {};
  }

  void hand(std::size_t i, std::uint8_t token) {
    const bool may =
        rules_.hand_compares
            ? now_.token == token && rules_.after(now_.state, kHand).has_value()
            : true;
    if (!may) {
      step("hand() says no", [&](World& w) { leave(w, i); });
      return;
    }
    const auto handed = [&](World& w, Doing doing) {
      if (!move(w, kHand)) w.state = kHanded;  // only without compare and set
      w.token = token;
      w.handed[token] = true;
      w.guards[i].doing = doing;
    };
    step("hand() says yes", [&](World& w) { handed(w, Doing::kHanded); });
    // It sends no dot then, and knows that it did not.
    step("hand() is done, its answer is lost",
         [&](World& w) { handed(w, Doing::kHeard4); });
  }

  void wait(std::size_t i, std::uint8_t token) {
    const auto hear = [&](std::string_view name, Doing doing) {
      step(name, [&](World& w) { w.guards[i].doing = doing; });
    };
    switch (now_.mta[token]) {
      case Attempt::kCommitted:
        hear("a guard hears 250", Doing::kHeard250);
        break;
      case Attempt::kDeferred:
        hear("a guard hears 4yz", Doing::kHeard4);
        break;
      case Attempt::kRefused:
        hear("a guard hears 5yz", Doing::kHeard5);
        break;
      default:
        break;
    }
    if (rules_.silence_is_no) {
      hear("a guard takes silence for 4yz", Doing::kHeard4);
    }
  }

  void settle(std::size_t i, HeldEvent event) {
    step("a guard settles", [&](World& w) {
      const bool mine = !rules_.settle_compares || w.token == w.guards[i].token;
      if (mine && move(w, event)) {
        if (event == kDeferred || event == kRefused) w.token = 0;
      }
      leave(w, i);
    });
  }

  void guard(std::size_t i) {
    const Guard guard = now_.guards[i];
    if (guard.doing == Doing::kIdle) {
      claim(i);
      return;
    }
    step("a guard crashes", [&](World& w) { leave(w, i); });
    const auto become = [&](std::string_view name, Doing doing) {
      step(name, [&](World& w) { w.guards[i].doing = doing; });
    };
    switch (guard.doing) {
      case Doing::kClaimed:
        become("refused before the dot: 4yz", Doing::kHeard4);
        become("refused before the dot: 5yz", Doing::kHeard5);
        hand(i, guard.token);
        break;
      case Doing::kHanded:
        if (now_.mta[guard.token] == Attempt::kOpen) {
          step("a guard sends the dot", [&](World& w) {
            w.mta[guard.token] = Attempt::kDot;
            w.guards[i].doing = Doing::kDotSent;
            w.dot = true;
          });
        }
        break;
      case Doing::kDotSent:
        wait(i, guard.token);
        break;
      case Doing::kHeard250:
        settle(i, kAccepted);
        break;
      case Doing::kHeard4:
        settle(i, kDeferred);
        break;
      case Doing::kHeard5:
        settle(i, kRefused);
        break;
      case Doing::kReporting:
        become("the report is refused: 4yz", Doing::kHeard4);
        step("the MTA takes the report", [&](World& w) {
          w.reported = true;
          w.guards[i].doing = Doing::kReported;
        });
        break;
      case Doing::kReported:
        settle(i, HeldEvent::kReported);
        break;
      case Doing::kIdle:
        break;
    }
  }

  const HeldRules& rules_;
  const World& now_;
  Found found_;
};

// The first promise that does not hold; empty: all do.
std::string_view broken_promise(const World& w) {
  const bool ours = w.state == kHeld || w.state == kReleasing ||
                    w.state == kHanded || w.state == kReturning;
  if (w.delivered > 1) return "delivered twice";
  if (w.state == kDiscarded && w.delivered > 0) {
    return "delivered and discarded";
  }
  if (w.state == kDiscarded && w.dot) return "discarded after the dot";
  if ((w.state == kReturning || w.reported) && w.delivered > 0) {
    return "delivered and returned";
  }
  if (w.state == kDelivered && w.delivered == 0) {
    return "lost: called delivered, and was not";
  }
  if (w.state == kReturned && !w.reported) {
    return "lost: called returned, and nobody was told";
  }
  if (ours && !w.content) return "lost: its content is gone";
  if (w.original == Original::kBrought && !ours && !is_final(w.state)) {
    return "lost: the MTA let go of it, and we do not have it";
  }
  if (w.original == Original::kBrought && w.state == kVoid) {
    return "lost: it is void, and the MTA let go of it";
  }
  return {};
}

struct Node {
  World world;
  std::size_t parent = 0;
  std::string_view step;
};

std::string way_to(const std::vector<Node>& nodes, std::size_t at) {
  std::vector<std::string_view> steps;
  for (; at != 0; at = nodes[at].parent) steps.push_back(nodes[at].step);
  std::string way;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    way += "\n  ";
    way += *step;
  }
  return way;
}

bool is_over(const World& world) {
  return is_final(world.state) && (world.original == Original::kBrought ||
                                   world.original == Original::kNever ||
                                   world.original == Original::kBounced);
}

// A state from which no order of steps leads to an end, though tries are left.
std::optional<std::size_t> dead_end(
    const std::vector<Node>& nodes,
    const std::vector<std::vector<std::uint32_t>>& before) {
  std::vector<bool> ends(nodes.size());
  std::vector<std::uint32_t> queue;
  const auto reach = [&](std::size_t i) {
    if (ends[i]) return;
    ends[i] = true;
    queue.push_back(static_cast<std::uint32_t>(i));
  };
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const World& world = nodes[i].world;
    // The model's tries are few, those of the world are not.
    if (is_over(world) || world.attempts == kMostAttempts ||
        world.reports == kMostReports) {
      reach(i);
    }
  }
  while (!queue.empty()) {
    const std::uint32_t i = queue.back();
    queue.pop_back();
    for (const std::uint32_t one : before[i]) reach(one);
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!ends[i]) return i;
  }
  return std::nullopt;
}

}  // namespace

Exploration explore(const HeldRules& rules, std::string_view only) {
  Exploration result;
  std::vector<Node> nodes = {Node()};
  std::vector<std::vector<std::uint32_t>> before(1);
  std::unordered_map<std::string, std::uint32_t> known = {
      {nodes[0].world.key(), 0}};
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const World world = nodes[i].world;
    result.states = nodes.size();
    if (is_over(world)) ++result.ended;
    if (const auto promise = broken_promise(world);
        !promise.empty() && promise.starts_with(only)) {
      result.broken = std::string(promise) + ":" + way_to(nodes, i);
      return result;
    }
    for (const auto& [name, next] : Steps(rules, world).take()) {
      ++result.steps;
      const auto [place, fresh] = known.try_emplace(
          next.key(), static_cast<std::uint32_t>(nodes.size()));
      if (fresh) {
        nodes.push_back({next, i, name});
        before.emplace_back();
      }
      before[place->second].push_back(static_cast<std::uint32_t>(i));
    }
  }
  if (const auto end = dead_end(nodes, before)) {
    result.broken = "it never ends:" + way_to(nodes, *end);
  }
  return result;
}

}  // namespace lostletter::store
