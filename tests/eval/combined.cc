// SPDX-License-Identifier: Apache-2.0
//
// Section E: two slips at once, made from the names shipped.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "domain/name.h"
#include "domain/suffix.h"
#include "made.h"
#include "report.h"
#include "slips.h"

namespace lostletter::eval {
namespace {

constexpr std::size_t kEach = 2000;
// A list of 14,000 names takes the peers a hundredth of a second a question.
constexpr std::size_t kEachForPeers = 300;
// Two slips in three letters leave nothing to recognise.
constexpr std::size_t kShortest = 4;

struct Made {
  Pair pair;
  std::string tier;
  std::string length;  // of the label in front of the suffix
};

// The names shipped and what their tiers are called.
class Shipped {
 public:
  std::size_t size() const { return names_.size(); }
  const std::string& name(std::size_t at) const { return names_[at].name; }
  std::string tier(std::size_t at) const {
    const auto& one = names_[at];
    return fmt::format(
        "{}{:.0f}",
        one.source == lookalike::Source::kCurated ? "tier " : "list, tier ",
        one.weight);
  }

 private:
  std::vector<lookalike::KnownName> names_ = lookalike::built_in_names();
};

// Of the label in front of the public suffix; 0 when there is none.
std::size_t label_length(const std::string& name) {
  const auto registrable = domain::registrable_domain(name);
  const std::size_t dot = registrable.find('.');
  return dot == registrable.npos ? 0 : dot;
}

std::string length_class(std::size_t length) {
  if (length < 5) return fmt::format("{} letters", length);
  if (length < 7) return "5 or 6 letters";
  return length < 10 ? "7 to 9 letters" : "more letters";
}

// What was typed must be a name, not the intended one and none of the shipped.
std::vector<Made> make(const Combination& combination, const Shipped& shipped,
                       const lookalike::Engine& engine, Random& random) {
  std::vector<Made> made;
  for (std::size_t tries = 0; made.size() < kEach && tries < 200 * kEach;
       ++tries) {
    const std::size_t at = random.below(shipped.size());
    const std::string& name = shipped.name(at);
    const std::string parent = name.substr(name.find('.') + 1);
    // us.army.mil without us is army.mil: what looks like a slip of it is one.
    if (label_length(name) < kShortest ||
        (combination.name.starts_with("front") && engine.knows(parent))) {
      continue;
    }
    const std::string typed = combination.make(name, random);
    if (typed.empty() || typed == name || engine.knows(typed) ||
        !domain::Name::parse(typed)) {
      continue;
    }
    made.push_back(
        {{typed, name}, shipped.tier(at), length_class(label_length(name))});
  }
  return made;
}

struct Score {
  Share right;
  Share called;
  Share doubted;
  Share wrong;
  Share alone;
  void count(const Answer& answer, const std::string& intended, bool is_alone) {
    alone.count(is_alone);
    const bool is_right = answer.first == intended;
    right.count(is_right);
    called.count(is_right && answer.misdirected);
    doubted.count(is_right && (answer.misdirected || answer.doubtful));
    wrong.count(!is_right && answer.misdirected);
  }
  std::vector<std::string> row(const std::string& name) const {
    return {name,
            fmt::format("{}", right.of),
            percent(alone.value()),
            to_string(right),
            to_string(called),
            to_string(doubted),
            to_string(wrong)};
  }
};

Table make_table(const std::string& first) {
  return Table({first, "n", "nearest alone", "first right", "and called >= 0.9",
                "and >= 0.5", "wrong called"});
}

void ask_peers(
    Report& report,
    const std::vector<std::pair<std::string, std::vector<Made>>>& every) {
  if (!report.peers.present()) return;
  const auto known = shipped_names();
  PeerTable table(report, PeerTable::Of::kSlips, "E",
                  "combination, the shipped names as their list");
  for (const auto& [name, made] : every) {
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < std::min(kEachForPeers, made.size()); ++i) {
      pairs.push_back(made[i].pair);
    }
    table.add(name, known, pairs, name.starts_with("slip in a label"));
  }
  table.print();
}

}  // namespace

void combined_slips(Report& report) {
  report.title(fmt::format(
      "E. Slips made from the names shipped (labels of {} and more), seed {}",
      kShortest, report.settings.seed));
  const Shipped shipped;
  const Nearest nearest(shipped_names());
  const auto engine = make_engine({}, report.channel());
  Random random(report.settings.seed);
  Table table = make_table("combination");
  std::map<std::string, Score> tiers;
  std::map<std::string, Score> lengths;
  std::vector<std::pair<std::string, std::vector<Made>>> every;
  for (const Combination& combination : combinations()) {
    auto made = make(combination, shipped, *engine, random);
    Score score;
    for (const auto& [pair, tier, length] : made) {
      const Answer answer = ask(*engine, pair.typed);
      const bool alone =
          nearest.place(pair.typed, pair.intended) == Nearest::Place::kAlone;
      score.count(answer, pair.intended, alone);
      if (combination.name.starts_with("slip in a label")) {
        tiers[tier].count(answer, pair.intended, alone);
        lengths[length].count(answer, pair.intended, alone);
      }
      if (answer.first != pair.intended) {
        report.miss("E", combination.name, pair.typed, pair.intended, answer);
      }
    }
    table.add(score.row(combination.name));
    if (combination.name.starts_with("slip in a label")) {
      report.goals["E"] = score.right;
    }
    every.emplace_back(combination.name, std::move(made));
  }
  report.print(table);
  Table by_tier = make_table("slip in a label + top level, by tier");
  for (const auto& [tier, score] : tiers) by_tier.add(score.row(tier));
  report.print(by_tier);
  Table by_length = make_table("slip in a label + top level, by label");
  for (const auto& [length, score] : lengths) by_length.add(score.row(length));
  report.print(by_length);
  ask_peers(report, every);
}

}  // namespace lostletter::eval
