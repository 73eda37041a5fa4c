// SPDX-License-Identifier: Apache-2.0
#include "lookalike/terms.h"

#include <cmath>

#include "base/text.h"
#include "lookalike/edit.h"
#include "lookalike/sentence.h"

namespace lostletter::lookalike {
namespace {

// Less is no term.
constexpr double kNothing = 1e-9;

// Where a slip is decides how likely it goes unseen.
std::string_view told(EditPlace place) {
  switch (place) {
    case EditPlace::kFirst:
      return ", at the beginning";
    case EditPlace::kInside:
      return ", inside";
    case EditPlace::kLabelEnd:
      return ", at the end of a label";
    case EditPlace::kSuffix:
      return ", in the suffix";
  }
  return "";
}

}  // namespace

std::vector<Term> terms_of(const Channel& channel, const Weighed& intended,
                           std::string_view typed, double log_meant) {
  const std::string name(intended.name);
  std::vector<Term> terms = {
      {"prior.intended", "letters that go to " + name, intended.log_prior}};
  double rest = intended.alignment.log_likelihood;
  for (const Edit& edit : intended.alignment.edits) {
    const EditPlace place = place_of_edit(intended.shape, edit);
    const double log = channel.log_likelihood(edit.kind, place);
    rest -= log;
    terms.push_back({"slip." + std::string(row_of(edit.kind).id),
                     printable(describe(edit), 120) +
                         std::string(is_whole(edit.kind) ? "" : told(place)),
                     log});
  }
  const auto add = [&](std::string id, std::string text, double value) {
    if (std::abs(value) < kNothing) return;
    terms.push_back({std::move(id), std::move(text), value});
  };
  if (intended.alignment.edits.size() > 1) {
    add("slip.company", "slips come in company", rest);
  } else {
    add("slip.choice", "this suffix, of all wrong ones", rest);
  }
  add("finding.protected", protected_sentence(intended.name),
      intended.log_finding);
  add("prior.typed",
      "against: letters that go to " + printable(typed, 100) + " itself",
      -log_meant);
  return terms;
}

}  // namespace lostletter::lookalike
