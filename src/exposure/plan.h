// SPDX-License-Identifier: Apache-2.0
//
// What to do first. Names are dealt with as they are registered: whoever has
// army.ml has us.army.ml too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exposure/survey.h"

namespace lostletter::exposure {

enum class Advice : std::uint8_t {
  kBlock,     // others hold it and it takes mail: stop one's own letters, warn
              // those who write, ask for it
  kRegister,  // nobody holds it: hold it, with a null MX (RFC 7505)
  kWatch,     // others hold it, and it takes no mail today
  kNullMx,    // one holds it oneself, and it does not say that it takes none
};
std::string_view to_string(Advice advice);

struct Step {
  Advice advice = Advice::kBlock;
  std::string registered;          // "army.ml"
  std::vector<std::string> names;  // that lie there, the likeliest first
  std::string of;                  // what the likeliest is meant for
  double typed = 0;                // letters a year that are written there
  double expected = 0;             // letters a year that are taken there today
  double share = 0;                // of all letters that strangers could take
};

struct Plan {
  std::vector<Step> steps;  // those that remove most first
  double typed = 0;         // letters a year that strangers could take
};

// What cannot be registered, is the owner's, or is a name in its own right
// (army.il may be) is no step. `own`: registered names one holds already.
// REQUIRES: targets are those that the candidates' `of` numbers.
Plan make_plan(const Survey& survey, const std::vector<Target>& targets,
               const std::vector<std::string>& own);

}  // namespace lostletter::exposure
