// SPDX-License-Identifier: Apache-2.0
//
// A budget of questions at the gate (guard/budget.h, guard/ration.h). At RCPT
// only what is plain from the envelope is asked about. At the end of a letter
// every recipient that got so far is weighed with all that is known: the
// others, the thread, how it is called. If one of them is over the threshold of
// its person, the likeliest is asked about. The same for a letter at our MTA
// and for one of years past (replay/player.h).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "gate/shared.h"
#include "guard/assess.h"
#include "guard/name_service.h"
#include "store/store.h"

namespace lostletter::gate {

// The dial is for letters of somebody, where somebody may be asked. Watched
// ones are weighed without one too, so that `lostletter budget` can say what
// one would have come to. What would be rejected is by probability alone.
bool is_rationed(const guard::Dial& dial, guard::Mode mode,
                 std::string_view person);

// One RCPT of a rationed letter whose action is to ask or to hold.
struct Wanted {
  std::string_view person;
  std::string_view submitter;
  std::string_view recipient;  // Recipient::key
  Seconds now;
};
// Within the budget, or asked or answered before? Throws what the store throws.
bool may_ask(const Generation& generation, store::Store& store,
             const Wanted& wanted, const guard::Assessment& found);

// What is known of a letter at its end.
struct Ending {
  std::string person;
  std::string submitter;
  guard::Mode mode{};
  Seconds now;
  std::vector<std::string> recipients = {};  // all that get it, by key
  std::vector<std::string> thread = {};
  bool automatic = false;  // of a machine or a list: nobody to ask
};

// A recipient that got so far.
struct Candidate {
  std::string key;          // Recipient::key
  std::string name = {};    // as the header calls it
  guard::Assessment found;  // as judge() has it, not weighed
};

struct Choice {
  std::optional<std::size_t> asked;  // a candidate
  std::vector<std::size_t> confirmed = {};
  std::vector<store::ScoreRecord> scores = {};
};

// Weighs all candidates: the action of the one chosen is to ask or hold, of all
// others to accept. Of an automatic letter none is chosen, nor without a
// budget. Throws what the store throws.
Choice choose(const Generation& generation, store::Store& store,
              guard::NameService* names, const Ending& ending,
              std::span<Candidate> candidates);

}  // namespace lostletter::gate
