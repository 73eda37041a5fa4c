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

bool is_whole(EditKind kind) {
  return kind == EditKind::kLabelLost || kind == EditKind::kSuffixSwap;
}

// ln P(this slip), as if it were the only one.
double log_alone(const Edit& edit) {
  return row_of(edit.kind).log_likelihood +
         (edit.at == 0 && !is_whole(edit.kind) ? kFirstCharacter : 0);
}

// Where a slip is decides how likely it goes unseen.
std::string_view place(const Edit& edit) {
  if (is_whole(edit.kind)) return "";
  if (edit.in_suffix) return ", in the suffix";
  return edit.at == 0 ? ", at the beginning" : ", inside";
}

}  // namespace

std::vector<Term> terms_of(const Weighed& intended, std::string_view typed,
                           double log_meant) {
  const std::string name(intended.name);
  std::vector<Term> terms = {
      {"prior.intended", "letters that go to " + name, intended.log_prior}};
  double company = intended.alignment.log_likelihood;
  for (const Edit& edit : intended.alignment.edits) {
    const double log = log_alone(edit);
    company -= log;
    terms.push_back({"slip." + std::string(row_of(edit.kind).id),
                     printable(describe(edit), 120) + std::string(place(edit)),
                     log});
  }
  const auto add = [&](std::string id, std::string text, double value) {
    if (std::abs(value) < kNothing) return;
    terms.push_back({std::move(id), std::move(text), value});
  };
  add("slip.company", "slips come in company", company);
  add("finding.protected", protected_sentence(intended.name),
      intended.log_finding);
  add("prior.typed",
      "against: letters that go to " + printable(typed, 100) + " itself",
      -log_meant);
  return terms;
}

}  // namespace lostletter::lookalike
