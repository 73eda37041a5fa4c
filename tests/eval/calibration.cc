// SPDX-License-Identifier: Apache-2.0
//
// Section F: the probabilities of sections A to C2 against what was true.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "reliability.h"
#include "report.h"

namespace lostletter::eval {
namespace {

constexpr int kSamples = 200;

void print_bins(Report& report, const std::vector<Statement>& statements) {
  Table table({"stated", "mean stated", "happened", "cases", "weight"});
  double all = 0;
  for (const Statement& one : statements) all += one.weight;
  for (const Bin& bin : reliability(statements)) {
    if (bin.cases == 0) continue;
    table.add({fmt::format("{}-{}", bin.from, bin.to),
               fmt::format("{:.4f}", bin.stated),
               fmt::format("{:.4f}", bin.happened),
               fmt::format("{}", bin.cases),
               fmt::format("{:.2g} %", 100 * bin.weight / all)});
  }
  report.print(table);
}

std::string error_text(const Report& report,
                       const std::vector<Statement>& statements) {
  const auto [low, high] =
      bootstrap_error(statements, kSamples, report.settings.seed);
  return fmt::format("{:.4f} ({:.4f}-{:.4f})", calibration_error(statements),
                     low, high);
}

// Given that it is a slip: is the first name the intended one as often as its
// share says?
std::vector<Statement> which_name(const std::vector<Case>& cases,
                                  const std::string& group) {
  std::vector<Statement> statements;
  for (const Case& one : cases) {
    if (!one.is_typo || !one.in_reach || one.answer.first.empty()) continue;
    if (!group.empty() ? one.group != group : !one.is_real) continue;
    statements.push_back({one.answer.share, one.right, 1});
  }
  return statements;
}

// Is it a mistake at all? Slips count for `prevalence` of all letters, right
// names for the rest.
std::vector<Statement> mistake_or_not(const std::vector<Case>& cases,
                                      double prevalence) {
  std::vector<Statement> statements;
  double slips = 0;
  for (const Case& one : cases) {
    if (one.is_typo && !(one.in_reach && one.is_real)) continue;
    statements.push_back({one.answer.probability, one.is_typo, 0});
    slips += one.is_typo ? 1 : 0;
  }
  const double right = static_cast<double>(statements.size()) - slips;
  for (Statement& one : statements) {
    one.weight = one.happened ? prevalence / std::max(slips, 1.0)
                              : (1 - prevalence) / std::max(right, 1.0);
  }
  return statements;
}

void print_which(Report& report, const std::vector<Case>& cases,
                 const std::string& letter) {
  const auto all = which_name(cases, "");
  if (all.empty()) return;
  print_bins(report, all);
  Table table({"source", "cases", "calibration error"});
  for (const TypoSource& source : report.typos) {
    const auto some = which_name(cases, source.name);
    table.add({source.name, fmt::format("{}", some.size()),
               error_text(report, some)});
  }
  table.add({"all real (A, B)", fmt::format("{}", all.size()),
             error_text(report, all)});
  report.print(table);
  report.errors[letter] = calibration_error(all);
}

void print_mistake(Report& report, const std::vector<Case>& cases,
                   const std::string& letter) {
  const auto all = mistake_or_not(cases, report.settings.prevalence);
  const bool both = std::ranges::any_of(all, &Statement::happened) &&
                    !std::ranges::all_of(all, &Statement::happened);
  if (!both) {
    report.note("  skipped: needs the sections of slips and of right names");
    return;
  }
  print_bins(report, all);
  std::vector<Statement> stops;
  std::ranges::copy_if(all, std::back_inserter(stops),
                       [](const auto& one) { return one.stated >= 0.5; });
  Table table({"names", "cases", "calibration error"});
  table.add({"all", fmt::format("{}", all.size()), error_text(report, all)});
  table.add({"of those at 0.5 and above", fmt::format("{}", stops.size()),
             error_text(report, stops)});
  report.print(table);
  report.errors[letter] = calibration_error(all);
}

}  // namespace

void calibration(Report& report) {
  const struct {
    std::string name;
    const std::vector<Case>& cases;
    std::string letter;
  } kParts[] = {
      {"shipped names only", report.shipped_cases, "F1"},
      {"intended names known among others", report.known_cases, "F2"},
  };
  for (const auto& [name, cases, letter] : kParts) {
    if (cases.empty()) continue;
    report.title("F. Given a slip: the share of the first name, " + name);
    print_which(report, cases, letter + "i");
    report.title(fmt::format(
        "F. Mistake or not, {}, slips weighing {:.2g} of all letters to names "
        "not listed",
        name, report.settings.prevalence));
    print_mistake(report, cases, letter + "ii");
  }
}

}  // namespace lostletter::eval
