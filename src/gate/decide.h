// SPDX-License-Identifier: Apache-2.0
//
// The verdict about one recipient, step by step, in the mode of its letter
// (gate/mode.h). The same for a letter at our MTA (gate/connection.h) and for
// one of years past (replay/player.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "gate/submission.h"
#include "guard/assess.h"
#include "guard/name_service.h"
#include "store/store.h"

namespace lostletter::gate {

// Whose correspondence is weighed: who the reverse-path names, or nothing.
std::string person_of(std::string_view reverse_path);

// By the engine and the rules alone; of what was typed and what the MTA made of
// it, the worse.
guard::Assessment judge(const guard::Assessor& assessor,
                        const Recipient& recipient, guard::Mode mode);

// What was exchanged counts where the engine sees a slip, or may see one.
bool is_to_be_weighed(const guard::Assessment& found);

// What is known of a letter when one of its recipients is weighed.
struct Told {
  std::string_view person;  // person_of()
  std::string_view name = {};
  std::vector<std::string> together = {};  // its other recipients
  std::vector<std::string> thread = {};    // ids of letters it answers
  bool whole = false;                      // nobody is missing in `together`
  Seconds now;
};

// With what is known of correspondence and of the name, when it can be known
// now. Waits for the store; `names` may be null.
void weigh(const guard::Assessor& assessor, store::Store& store,
           guard::NameService* names, Told told, guard::Mode mode,
           guard::Assessment& found);

}  // namespace lostletter::gate
