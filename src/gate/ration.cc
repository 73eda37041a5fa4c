// SPDX-License-Identifier: Apache-2.0
#include "gate/ration.h"

#include <algorithm>

#include "gate/decide.h"
#include "gate/question.h"
#include "guard/ration.h"

namespace lostletter::gate {
namespace {

using guard::Assessment;
using guard::Mode;

double threshold_of(const guard::Dial& dial, store::Store& store,
                    std::string_view person, Seconds now) {
  return guard::threshold(dial, store.find_scores(person, now - dial.memory()),
                          now);
}

class Chooser {
 public:
  Chooser(const Generation& generation, store::Store& store,
          guard::NameService* names, const Ending& ending,
          std::span<Candidate> candidates)
      : generation_(generation),
        store_(store),
        names_(names),
        ending_(ending),
        candidates_(candidates) {}

  Choice choose() {
    for (Candidate& one : candidates_) weigh(one);
    if (has_budget()) find_asked();
    for (std::size_t i = 0; i < candidates_.size(); ++i) conclude(i);
    return std::move(choice_);
  }

 private:
  bool has_budget() const {
    return !ending_.automatic && !generation_.dial().is_unlimited();
  }

  void weigh(Candidate& one) const {
    Told told{.person = ending_.person,
              .name = one.name,
              .thread = ending_.thread,
              .whole = true,
              .now = ending_.now};
    for (const std::string& other : ending_.recipients) {
      if (other != one.key) told.together.push_back(other);
    }
    gate::weigh(generation_.assessor(), store_, names_, std::move(told),
                ending_.mode, one.found);
  }

  // The likeliest first.
  std::vector<std::size_t> in_order() const {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (guard::is_estimated(candidates_[i].found)) order.push_back(i);
    }
    std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t i) {
      return candidates_[i].found.probability;
    });
    return order;
  }

  void find_asked() {
    const auto order = in_order();
    if (order.empty()) return;
    choice_.asked = find_open(order);
    if (choice_.asked) return;
    const double threshold =
        threshold_of(generation_.dial(), store_, ending_.person, ending_.now);
    for (const std::size_t i : order) {
      const Assessment& found = candidates_[i].found;
      if (guard::score(found) < threshold && !guard::is_always_asked(found)) {
        continue;
      }
      if (!is_confirmed(i)) {
        choice_.asked = i;
        return;
      }
      choice_.confirmed.push_back(i);
    }
  }

  // Where a question is open, an answer to it is looked for first.
  std::optional<std::size_t> find_open(const std::vector<std::size_t>& order) {
    const Options& options = generation_.options();
    if (ending_.mode != Mode::kAsk ||
        store_.count_questions(ending_.submitter,
                               ending_.now - options.confirm_within) == 0) {
      return std::nullopt;
    }
    const auto found = std::ranges::find_if(order, [&](std::size_t i) {
      return has_question(store_, options, ending_.now, ending_.submitter,
                          candidates_[i].key);
    });
    return found == order.end() ? std::nullopt : std::optional(*found);
  }

  bool is_confirmed(std::size_t i) const {
    return ending_.mode != Mode::kWatch &&
           store_.find_confirmation(ending_.submitter, candidates_[i].key,
                                    ending_.now);
  }

  void conclude(std::size_t i) {
    Candidate& one = candidates_[i];
    const bool asked = choice_.asked == i;
    if (!guard::is_estimated(one.found)) return;
    if (!ending_.automatic) {
      choice_.scores.push_back({.person = ending_.person,
                                .recipient = one.key,
                                .at = ending_.now,
                                .score = guard::score(one.found),
                                .asked = asked});
    }
    if (!has_budget()) return;
    if (asked) return guard::put_question(ending_.mode, one.found);
    guard::spare_question(one.found);
  }

  const Generation& generation_;
  store::Store& store_;
  guard::NameService* const names_;
  const Ending& ending_;
  const std::span<Candidate> candidates_;
  Choice choice_;
};

}  // namespace

bool is_rationed(const guard::Dial& dial, Mode mode, std::string_view person) {
  if (person.empty()) return false;
  return mode == Mode::kWatch ||
         (!dial.is_unlimited() && mode != Mode::kReject);
}

bool may_ask(const Generation& generation, store::Store& store,
             const Wanted& wanted, const Assessment& found) {
  if (guard::is_always_asked(found) || !guard::is_estimated(found)) return true;
  return guard::score(found) >= threshold_of(generation.dial(), store,
                                             wanted.person, wanted.now) ||
         store.find_confirmation(wanted.submitter, wanted.recipient,
                                 wanted.now) ||
         has_question(store, generation.options(), wanted.now, wanted.submitter,
                      wanted.recipient);
}

Choice choose(const Generation& generation, store::Store& store,
              guard::NameService* names, const Ending& ending,
              std::span<Candidate> candidates) {
  return Chooser(generation, store, names, ending, candidates).choose();
}

}  // namespace lostletter::gate
