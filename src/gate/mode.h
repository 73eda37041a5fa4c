// SPDX-License-Identifier: Apache-2.0
//
// Which mode one letter is judged in (DESIGN 3 and 4): who can be asked is
// asked; who cannot be, and would have to be, has the letter held where hold is
// set up.
#pragma once

#include <string_view>

#include "gate/options.h"
#include "guard/assess.h"

namespace lostletter::gate {

// Who sends it, and how it came in.
struct Way {
  Traffic traffic{};
  std::string_view login;
  std::string_view reverse_path;  // as MAIL has it
  bool can_edit = false;          // the MTA lets us delete and add recipients
};

guard::Mode mode_of(const Options& options, const ListenerOptions& listener,
                    const Way& way);

// What cannot be done there is not: locally submitted mail is never refused,
// for a refusal would stay in the maildrop for ever.
guard::Action action_in(Traffic traffic, guard::Action action);

bool is_null_path(std::string_view path);

}  // namespace lostletter::gate
