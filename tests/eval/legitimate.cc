// SPDX-License-Identifier: Apache-2.0
//
// Sections C and D: does the engine leave alone what is right? Every name is
// asked as if it were unknown, or its being listed would answer for it.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "report.h"

namespace lostletter::eval {
namespace {

using lookalike::Engine;

std::vector<std::string> row(const std::string& name, std::size_t left_out,
                             const Share& called, const Share& doubted) {
  return {name,
          fmt::format("{}", called.of),
          fmt::format("{}", left_out),
          fmt::format("{}", called.hits),
          to_string(called),
          to_string(doubted)};
}

// As many as one site may know by heart; one engine each, for time's sake.
constexpr std::size_t kBatch = 500;

// One side of each pair from `at` on is known, the other is asked.
void ask_neighbours(Report& report, const Neighbours& list, std::size_t at,
                    bool swapped, Share& called, Share& doubted) {
  const std::size_t end = std::min(at + kBatch, list.pairs.size());
  std::vector<std::string> known;
  for (std::size_t i = at; i < end; ++i) {
    known.push_back(swapped ? list.pairs[i].second : list.pairs[i].first);
  }
  const auto engine = make_engine(known);
  for (std::size_t i = at; i < end; ++i) {
    const auto& [one, other] = list.pairs[i];
    const std::string& asked = swapped ? one : other;
    const Answer answer = ask(*engine, asked, Engine::Self::kLeaveOut);
    called.count(answer.misdirected);
    doubted.count(answer.doubtful);
    if (answer.misdirected) {
      report.miss("D", list.name, asked, asked, answer);
    }
  }
}

}  // namespace

void legitimate_names(Report& report, bool with_known) {
  const std::string section = with_known ? "C2" : "C";
  report.title(with_known
                   ? fmt::format("C2. The same with {} names known",
                                 report.settings.known)
                   : "C. Legitimate names, each asked as if it were unknown");
  const auto engine =
      make_engine(with_known ? sample(report.pool, report.settings.known,
                                      report.settings.seed, {})
                             : std::vector<std::string>());
  auto& cases = with_known ? report.known_cases : report.shipped_cases;
  Table table({"list", "n", "typed elsewhere, left out", "called",
               "called misdirected", "doubtful"});
  Share all;
  Share all_doubted;
  std::size_t left_out = 0;
  std::set<std::string> seen;
  for (const NameList& list : report.legitimate) {
    Share called;
    Share doubted;
    for (const std::string& name : list.names) {
      const Answer answer = ask(*engine, name, Engine::Self::kLeaveOut);
      called.count(answer.misdirected);
      doubted.count(answer.doubtful);
      if (answer.misdirected) {
        report.miss(section, list.name, name, name, answer);
      }
      if (!seen.insert(name).second) continue;
      all.count(answer.misdirected);
      all_doubted.count(answer.doubtful);
      cases.push_back({answer, list.name, false, false, false});
    }
    left_out += list.left_out;
    table.add(row(list.name, list.left_out, called, doubted));
  }
  table.add(row("all, each name once", left_out, all, all_doubted));
  report.print(table);
  report.goals[section] = all;
}

void neighbours(Report& report) {
  report.title(
      fmt::format("D. Real neighbours, one known and the other asked, {} pairs "
                  "known at a time",
                  kBatch));
  Table table({"list", "n", "misdirected", "doubtful", "clear"});
  const auto add = [&](const std::string& name, const Share& called,
                       const Share& doubted) {
    table.add({name, fmt::format("{}", called.of), to_string(called),
               to_string(doubted),
               percent(1 - called.value() - doubted.value())});
  };
  Share all;
  Share all_doubted;
  for (const auto& list : report.neighbours) {
    Share called;
    Share doubted;
    for (std::size_t at = 0; at < list.pairs.size(); at += kBatch) {
      for (const bool swapped : {false, true}) {
        ask_neighbours(report, list, at, swapped, called, doubted);
      }
    }
    add(list.name, called, doubted);
    all += called;
    all_doubted += doubted;
  }
  add("all", all, all_doubted);
  report.print(table);
  report.goals["D"] = all;
}

}  // namespace lostletter::eval
