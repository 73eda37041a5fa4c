// SPDX-License-Identifier: Apache-2.0
//
// What every section of the evaluation shares: the data, the settings, where
// figures go, and what the goals table at the end needs.
#pragma once

#include <iosfwd>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ask.h"
#include "data.h"
#include "table.h"

namespace lostletter::eval {

struct Settings {
  std::string data;
  std::string only;    // this source of slips; empty: all
  std::string misses;  // where to list what was answered wrongly
  std::string sections = "ABCDEFG";
  bool markdown = false;
  std::uint64_t seed = 1;
  std::size_t known = 10000;
  double prevalence = 1.0 / 200;
};

// A question with its truth, kept for the calibration.
struct Case {
  Answer answer;
  std::string group;
  bool is_typo = false;
  bool in_reach = false;  // the intended name was among those the engine knew
  bool right = false;     // the first intended name is the intended one
};

struct Report {
  Settings settings;
  std::ostream& out;
  std::vector<TypoSource> typos;
  std::vector<NameList> legitimate;
  std::vector<Neighbours> neighbours;
  std::vector<std::string> pool;

  std::vector<Case> shipped_cases;  // of sections A and C
  std::vector<Case> known_cases;    // of sections B and C2
  std::map<std::string, Share> goals;
  std::vector<std::string> misses;

  void title(const std::string& text);
  void note(const std::string& text);
  void print(const Table& table);
  void miss(const std::string& section, const std::string& list,
            const std::string& typed, const std::string& intended,
            const Answer& answer);
};

// The sections, in the order of their letters.
void typed_slips(Report& report, bool with_known);       // A, B
void legitimate_names(Report& report, bool with_known);  // C, C2
void neighbours(Report& report);                         // D

}  // namespace lostletter::eval
