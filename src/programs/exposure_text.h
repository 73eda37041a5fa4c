// SPDX-License-Identifier: Apache-2.0
//
// What `exposure` found, as people and programs read it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exposure/plan.h"
#include "exposure/survey.h"

namespace lostletter::programs {

struct Exposed {
  std::vector<exposure::Target> targets;
  double all_weight = 0;  // P(a letter goes to any other name)
  exposure::Survey survey;
  exposure::Plan plan;
  // A year. Without: figures are for a million letters.
  std::optional<double> letters;
  bool resolved = false;

  const std::string& name_of(const exposure::Candidate& one) const {
    return targets[one.of].name.ascii();
  }
};

// One object a line.
void append_json(const Exposed& exposed, std::string& text);

// At most `rows` names, 0 for all.
void append_table(const Exposed& exposed, std::size_t rows, std::string& text);

}  // namespace lostletter::programs
