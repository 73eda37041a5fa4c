// SPDX-License-Identifier: Apache-2.0
//
// What every section of the evaluation shares: the data, the settings, where
// figures go, and what the goals table at the end needs.
#pragma once

#include <iosfwd>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ask.h"
#include "data.h"
#include "peers.h"
#include "people.h"
#include "slips.h"
#include "table.h"

namespace lostletter::eval {

struct Settings {
  std::string data;
  std::string only;    // this source of slips; empty: all
  std::string misses;  // where to list what was answered wrongly
  std::string sections = "ABCDEFGHIJ";
  std::string channel;   // this table; empty: the one shipped
  std::string channels;  // SOURCE.tsv in here for a source's own slips
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
  bool is_real = true;    // not invented
  bool in_reach = false;  // the intended name was among those the engine knew
  bool right = false;     // the first intended name is the intended one
  Nearest::Place place = Nearest::Place::kAlone;  // where in reach
};

struct Report {
  Report(Settings with, std::ostream& to)
      : settings(std::move(with)), out(to) {}

  Settings settings;
  std::ostream& out;
  std::vector<TypoSource> typos;
  std::vector<NameList> legitimate;
  std::vector<Neighbours> neighbours;
  std::vector<std::string> pool;
  Peers peers;

  std::vector<Case> shipped_cases;  // of sections A and C
  std::vector<Case> known_cases;    // of sections B and C2
  // By the goal's letter.
  std::map<std::string, Share> goals;
  std::map<std::string, double> errors;       // of calibration
  std::map<std::string, Estimate> estimates;  // over people
  std::map<std::string, std::map<std::string, Share>> peer_goals;
  std::vector<std::string> misses;

  // The channel for everything, and for the slips of one source.
  ChannelPtr channel() const;
  ChannelPtr channel_for(const TypoSource& source) const;

  void title(const std::string& text);
  void note(const std::string& text);
  void print(const Table& table);
  void miss(const std::string& section, const std::string& list,
            const std::string& typed, const std::string& intended,
            const Answer& answer);
};

// The peers beside each other: how often each writes the intended name, how
// often another one than was typed and meant.
class PeerTable {
 public:
  // kRightNames: pairs of a name and itself; whatever is written is wrong.
  enum class Of { kSlips, kRightNames };
  // REQUIRES: report.peers.present().
  // `apart` follows the peers' names where goals tell tables apart.
  PeerTable(Report& report, Of of, std::string letter, std::string first,
            std::string apart = "");
  // `counts`: towards the goal.
  void add(const std::string& name, const std::vector<std::string>& known,
           const std::vector<Pair>& pairs, bool counts);
  void print();

 private:
  struct Row {
    std::string name;
    std::size_t number = 0;
    std::vector<Share> right;
    std::vector<Share> wrong;
  };
  Report& report_;
  Of of_;
  std::string letter_;
  std::string first_;
  std::string apart_;
  std::vector<std::string> peers_;
  std::vector<Row> rows_;
};

// The sections, in the order of their letters.
void typed_slips(Report& report, bool with_known);       // A, B
void legitimate_names(Report& report, bool with_known);  // C, C2
void neighbours(Report& report);                         // D
void combined_slips(Report& report);                     // E
void calibration(Report& report);                        // F
void local_parts(Report& report);                        // G
void wrong_entries(Report& report);                      // H
void questions(Report& report);                          // I
void natural_slips(Report& report);                      // J
void goals(Report& report);

}  // namespace lostletter::eval
