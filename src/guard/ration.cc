// SPDX-License-Identifier: Apache-2.0
#include "guard/ration.h"

#include <algorithm>

#include "guard/budget.h"
#include "guard/finding_correspondence.h"

namespace lostletter::guard {

bool is_estimated(const Assessment& found) {
  return is_judged_by_engine(found) && !is_undeliverable(found.mail);
}

double score(const Assessment& found) { return score_of(found.probability); }

bool is_always_asked(const Assessment& found) {
  return found.verdict == Verdict::kMisdirected && is_near_protected(found);
}

void put_question(Mode mode, Assessment& found) {
  if (found.verdict == Verdict::kClear) found.verdict = Verdict::kDoubtful;
  if (found.verdict == Verdict::kDoubtful) {
    found.findings.push_back(
        {"guard.budget", 0,
         "of this person's recipients few look so much like a mistake"});
  }
  found.action = action_for(Verdict::kMisdirected, mode);
}

void spare_question(Assessment& found) {
  found.action = Action::kAccept;
  if (found.verdict != Verdict::kMisdirected) return;
  found.findings.push_back(
      {"guard.budget-spent", 0,
       "not asked about: the budget of questions is spent on likelier ones"});
}

}  // namespace lostletter::guard
