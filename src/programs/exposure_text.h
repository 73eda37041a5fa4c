// SPDX-License-Identifier: Apache-2.0
//
// What `exposure` found, as people and programs read it.
#pragma once

#include <optional>
#include <span>
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
  bool probed = false;  // mail hosts were asked

  const std::string& name_of(const exposure::Candidate& one) const {
    return targets[one.of].name.ascii();
  }
};

// "1500", "12.3", "0.35"
std::string count_text(double count);
// "suffix: i lost (mil -> ml)"
std::string edit_text(const Exposed& exposed, const exposure::Candidate& one);
// "mail.army.ml, with others", "null MX", "no such name"
std::string how_it_takes_mail(const exposure::Surveyed& one);
// Who may hold the name, "known" when somebody has it as their own.
std::string_view who_may(const exposure::Surveyed& one);
// How many go astray, how many are taken: one line or two.
std::string head_text(const Exposed& exposed);
// What to do first over several names together; empty for one.
std::string overall_text(std::span<const Exposed> all);

// One object a line.
void append_json(const Exposed& exposed, std::string& text);

// At most `rows` names, 0 for all.
void append_table(const Exposed& exposed, std::size_t rows, std::string& text);

}  // namespace lostletter::programs
