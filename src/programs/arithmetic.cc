// SPDX-License-Identifier: Apache-2.0
#include "programs/arithmetic.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace lostletter::programs {
namespace {

using guard::Intended;

double log_odds(const Intended& intended) {
  double sum = 0;
  for (const lookalike::Term& term : intended.terms) sum += term.value;
  return sum;
}

// "9,720 to 1", "1 to 12"
std::string odds(double log) {
  const double more = std::exp(std::min(std::abs(log), 20.0));
  const std::string shown =
      more < 10 ? fmt::format("{:.1f}", more) : fmt::format("{:.0f}", more);
  const std::string_view about = std::abs(log) > 20 ? "more than " : "";
  return log >= 0 ? fmt::format("{}{} to 1", about, shown)
                  : fmt::format("1 to {}{}", about, shown);
}

std::string shares(const guard::Assessment& assessment) {
  std::string text;
  double named = 0;
  for (const Intended& one : assessment.intended) {
    text += fmt::format("  {:8.4f}  {}\n", one.probability,
                        printable(one.address, 200));
    named += one.probability;
  }
  const double others = assessment.probability - named;
  if (others >= 0.00005) {
    text += fmt::format("  {:8.4f}  others, each too small to name\n", others);
  }
  return text + fmt::format("  {:8.4f}  {}, as typed\n",
                            1 - assessment.probability,
                            printable(assessment.address, 200));
}

}  // namespace

std::string arithmetic_text(const guard::Assessment& assessment) {
  if (assessment.intended.empty()) return "";
  const Intended& best = assessment.intended.front();
  if (best.terms.empty()) return "";
  const std::string intended = printable(best.address, 200);
  std::string text =
      fmt::format("\nArithmetic (natural logarithms): {} meant, not {}\n",
                  intended, printable(assessment.address, 200));
  for (const lookalike::Term& term : best.terms) {
    text += fmt::format("  {:+9.3f}  {} ({})\n", term.value,
                        printable(term.text, 300), printable(term.id, 60));
  }
  const double sum = log_odds(best);
  text += fmt::format("  {:+9.3f}  log-odds: {}\n", sum, odds(sum));
  return text + "\nShares of all that explains what was typed:\n" +
         shares(assessment);
}

std::string arithmetic_json(const guard::Assessment& assessment) {
  using Json = nlohmann::ordered_json;
  if (assessment.intended.empty()) return "null";
  const Intended& best = assessment.intended.front();
  if (best.terms.empty()) return "null";
  Json terms = Json::array();
  for (const lookalike::Term& term : best.terms) {
    terms.push_back(
        {{"id", term.id}, {"value", term.value}, {"text", term.text}});
  }
  const Json object = {{"address", best.address},
                       {"terms", terms},
                       {"log_odds", log_odds(best)}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace lostletter::programs
