// SPDX-License-Identifier: Apache-2.0
//
// What was aimed at, what was reached, and the best of the others.
#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "report.h"

namespace lostletter::eval {
namespace {

struct Goal {
  std::string_view letter;
  std::string_view text;
  double wanted;
  bool at_least;
};
constexpr Goal kGoals[] = {
    {"A", "first right, real slips, shipped names only", 0.95, true},
    {"B", "first right, intended names known among others", 0.98, true},
    {"C", "legitimate names called misdirected", 0.001, false},
    {"C2", "the same with names known", 0.003, false},
    {"D", "real neighbours called misdirected", 0.02, false},
    {"E", "first right, a label and the top level mistyped", 0.95, true},
    {"I2", "wrong entries found at one false alarm in 1,000 letters", 0.87,
     true},
    {"I3", "people asked as often as the dial says, within a fifth", 0.95,
     true},
    {"I4", "recipients of right letters called misdirected, no budget", 0.0001,
     false},
};
// Over people: Carvalho & Cohen, SDM 2007.
struct Published {
  std::string_view letter;
  std::string_view text;
  double wanted;
  std::string_view best;
};
constexpr Published kPublished[] = {
    {"H0.0", "H. wrong entry first, all in the address book", 0.90,
     "81.4 %, SDM 2007"},
    {"H0.2", "H. wrong entry first, a fifth never met", 0.80,
     "76.0 %, SDM 2007"},
};
constexpr Goal kErrors[] = {
    {"F1i", "calibration error, which name, shipped", 0.02, false},
    {"F2i", "calibration error, which name, known", 0.02, false},
    {"F1ii", "calibration error, mistake or not, shipped", 0.02, false},
    {"F2ii", "calibration error, mistake or not, known", 0.02, false},
};

bool is_met(const Goal& goal, double value) {
  return goal.at_least ? value >= goal.wanted : value <= goal.wanted;
}

std::string wanted(const Goal& goal) {
  return fmt::format("{} {}",
                     goal.at_least ? ">=" : "<=", percent(goal.wanted));
}

std::string best_peer(const Report& report, const Goal& goal) {
  const auto peers = report.peer_goals.find(std::string(goal.letter));
  if (goal.letter == "I2") return "87 % at five, JASIST 2013";
  if (peers == report.peer_goals.end()) return "not measured";
  const auto best =
      std::ranges::max_element(peers->second, {}, [&](const auto& peer) {
        return goal.at_least ? peer.second.value() : -peer.second.value();
      });
  return fmt::format("{}, {}", to_string(best->second), best->first);
}

}  // namespace

void goals(Report& report) {
  if (report.goals.empty() && report.errors.empty() &&
      report.estimates.empty()) {
    return;
  }
  report.title("Goals");
  Table table({"goal", "wanted", "ours", "best peer", "met"});
  for (const Goal& goal : kGoals) {
    const auto at = report.goals.find(std::string(goal.letter));
    if (at == report.goals.end()) continue;
    table.add({fmt::format("{}. {}", goal.letter, goal.text), wanted(goal),
               to_string(at->second), best_peer(report, goal),
               is_met(goal, at->second.value()) ? "yes" : "no"});
  }
  for (const Published& goal : kPublished) {
    const auto at = report.estimates.find(std::string(goal.letter));
    if (at == report.estimates.end()) continue;
    table.add({std::string(goal.text),
               fmt::format(">= {}", percent(goal.wanted)),
               to_string(at->second), std::string(goal.best),
               at->second.value >= goal.wanted ? "yes" : "no"});
  }
  for (const Goal& goal : kErrors) {
    const auto at = report.errors.find(std::string(goal.letter));
    if (at == report.errors.end()) continue;
    table.add({fmt::format("F. {}", goal.text),
               fmt::format("<= {}", goal.wanted),
               fmt::format("{:.4f}", at->second), "states none",
               is_met(goal, at->second) ? "yes" : "no"});
  }
  report.print(table);
}

}  // namespace lostletter::eval
