// SPDX-License-Identifier: Apache-2.0
//
// Sections A and B: of the slips people made, how many does the engine mend?
// A: with the names shipped. B: with the intended names known, among others.
#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "report.h"
#include "slips.h"

namespace lostletter::eval {
namespace {

struct Score {
  std::size_t pairs = 0;
  Share reach;    // the intended name is one the engine knows
  Share alone;    // of those, nearer than every other name known
  Share tied;     // or as near as another
  Share all;      // first is right, of all
  Share reached;  // of those in reach
  Share called;   // right, and called misdirected, of those in reach
  Share doubted;  // right, and at least doubtful, of those in reach
  Share wrong;    // a wrong name called misdirected, of all

  void count(const Case& one) {
    ++pairs;
    reach.count(one.in_reach);
    all.count(one.right);
    wrong.count(one.answer.misdirected && !one.right);
    if (!one.in_reach) return;
    alone.count(one.place == Nearest::Place::kAlone);
    tied.count(one.place != Nearest::Place::kFarther);
    reached.count(one.right);
    called.count(one.right && one.answer.misdirected);
    doubted.count(one.right && (one.answer.misdirected || one.answer.doubtful));
  }
  Score& operator+=(const Score& other) {
    pairs += other.pairs;
    reach += other.reach;
    alone += other.alone;
    tied += other.tied;
    all += other.all;
    reached += other.reached;
    called += other.called;
    doubted += other.doubted;
    wrong += other.wrong;
    return *this;
  }
  std::vector<std::string> row(const std::string& name) const {
    return {name,
            fmt::format("{}", pairs),
            fmt::format("{} ({})", reach.hits, percent(reach.value())),
            reach.hits == 0 ? "-"
                            : fmt::format("{} ({})", percent(alone.value()),
                                          percent(tied.value())),
            to_string(all),
            to_string(reached),
            to_string(called),
            to_string(doubted),
            to_string(wrong)};
  }
};

Table make_table(const std::string& first) {
  return Table({first, "n", "in reach", "nearest (or tied)", "right, of all",
                "right, in reach", "and called >= 0.9", "and >= 0.5",
                "wrong called"});
}

// Pairs the source itself disputes: its intended name is also one it has as
// typed by mistake, or what was typed is given several intended names.
std::set<Pair> disputed_pairs(const TypoSource& source) {
  std::map<std::string, int> intended_of;
  for (const Pair& pair : source.pairs) ++intended_of[pair.typed];
  std::set<Pair> disputed;
  for (const Pair& pair : source.pairs) {
    if (intended_of[pair.typed] > 1 || intended_of.contains(pair.intended)) {
      disputed.insert(pair);
    }
  }
  return disputed;
}

// The intended names, and names of other people's that the source never has
// as typed.
std::vector<std::string> known_for(const Report& report,
                                   const TypoSource& source) {
  std::set<std::string> typed;
  std::set<std::string> intended;
  for (const Pair& pair : source.pairs) {
    typed.insert(pair.typed);
    intended.insert(pair.intended);
  }
  auto known =
      sample(report.pool, report.settings.known, report.settings.seed, typed);
  known.insert(known.end(), intended.begin(), intended.end());
  return known;
}

Case ask_pair(const lookalike::Engine& engine, const Nearest& nearest,
              const TypoSource& source, const Pair& pair) {
  Case one{ask(engine, pair.typed), source.name, true,
           source.is_real(),        false,       false};
  one.in_reach = engine.knows(pair.intended);
  one.right = one.answer.first == pair.intended;
  if (one.in_reach) one.place = nearest.place(pair.typed, pair.intended);
  return one;
}

void print_kinds(Report& report, const std::map<std::string, Score>& kinds) {
  Table table = make_table("kind of slip, real sources");
  for (const auto& kind : slip_kinds()) {
    const auto at = kinds.find(kind);
    if (at != kinds.end()) table.add(at->second.row(kind));
  }
  report.print(table);
}

using PairsOf = std::map<std::string, std::vector<Pair>>;  // by source

// The peers on the pairs in reach of ours, their own lists made longer by
// `known_of` each source.
template <typename KnownOf>
void ask_peers(Report& report, const std::string& section,
               const PairsOf& reached, const std::string& lists,
               const KnownOf& known_of) {
  if (!report.peers.present()) return;
  PeerTable table(report, PeerTable::Of::kSlips, section,
                  "pairs in reach, peers with " + lists, " with " + lists);
  for (const TypoSource& source : report.typos) {
    const auto pairs = reached.find(source.name);
    if (pairs == reached.end()) continue;
    table.add(source.name, known_of(source), pairs->second, source.is_real());
  }
  table.print();
}

void ask_peers(Report& report, const PairsOf& reached, bool with_known) {
  if (with_known) {
    ask_peers(report, "B", reached, "the known names",
              [&](const auto& source) { return known_for(report, source); });
    return;
  }
  ask_peers(report, "A", reached, "their own lists",
            [](const auto&) { return std::vector<std::string>(); });
  ask_peers(report, "A", reached, "our shipped names",
            [](const auto&) { return shipped_names(); });
}

// A log of thousands of names is more than one site corresponds with: known
// all at once they stand in each other's way.
constexpr std::size_t kLarge = 1000;
constexpr std::size_t kBatch = 100;

// The tables of one section as they grow.
class Section {
 public:
  Section(Report& report, bool with_known)
      : report_(report),
        with_known_(with_known),
        letter_(with_known ? "B" : "A"),
        cases_(with_known ? report.known_cases : report.shipped_cases) {}

  void judge(const TypoSource& source);
  void print();

 private:
  Score score(const TypoSource& source, bool is_part);
  Score score_in_batches(const TypoSource& source);
  void tell(const TypoSource& source, const Pair& pair, const Case& one);

  Report& report_;
  bool with_known_;
  std::string letter_;
  std::vector<Case>& cases_;
  Table table_ = make_table("source (grade)");
  Score every_;
  Score real_;
  Score small_;
  Score batched_;
  Score undisputed_;
  std::map<std::string, Score> kinds_;
  PairsOf reached_;
};

void Section::tell(const TypoSource& source, const Pair& pair,
                   const Case& one) {
  cases_.push_back(one);
  if (source.is_real()) {
    kinds_[slip_kind(pair.typed, pair.intended)].count(one);
  }
  if (!one.in_reach) return;
  reached_[source.name].push_back(pair);
  if (!one.right) {
    report_.miss(letter_, source.name, pair.typed, pair.intended, one.answer);
  }
}

// `is_part` of a source that is told as a whole.
Score Section::score(const TypoSource& source, bool is_part) {
  const auto known =
      with_known_ ? known_for(report_, source) : std::vector<std::string>();
  const auto engine = make_engine(known, report_.channel_for(source));
  auto names = shipped_names();
  names.insert(names.end(), known.begin(), known.end());
  const Nearest nearest(std::move(names));
  const auto disputed = disputed_pairs(source);
  Score score;
  for (const Pair& pair : source.pairs) {
    const Case one = ask_pair(*engine, nearest, source, pair);
    score.count(one);
    if (is_part) continue;
    if (source.is_real() && !disputed.contains(pair)) undisputed_.count(one);
    tell(source, pair, one);
  }
  return score;
}

Score Section::score_in_batches(const TypoSource& source) {
  auto pairs = source.pairs;
  Random random(report_.settings.seed);
  for (std::size_t i = pairs.size(); i > 1; --i) {
    std::swap(pairs[i - 1], pairs[random.below(i)]);
  }
  Score all;
  for (std::size_t at = 0; at < pairs.size(); at += kBatch) {
    const auto end = std::min(at + kBatch, pairs.size());
    TypoSource part{source.name, source.grade, {}};
    part.pairs.assign(pairs.begin() + static_cast<std::ptrdiff_t>(at),
                      pairs.begin() + static_cast<std::ptrdiff_t>(end));
    all += score(part, true);
  }
  return all;
}

void Section::judge(const TypoSource& source) {
  const Score found = score(source, false);
  const bool is_large = source.pairs.size() >= kLarge;
  table_.add(
      found.row(source.name + " (" + std::string(trim(source.grade)) + ")"));
  every_ += found;
  if (!source.is_real()) return;
  real_ += found;
  if (!is_large) small_ += found;
  if (is_large && with_known_) {
    const Score batched = score_in_batches(source);
    table_.add(batched.row(
        fmt::format("  the same, {} pairs' names known at a time", kBatch)));
    batched_ += batched;
  } else {
    batched_ += found;
  }
}

void Section::print() {
  table_.add(small_.row("real (A, B), small sources"));
  if (with_known_) table_.add(batched_.row("all real, large ones in batches"));
  table_.add(undisputed_.row("all real, undisputed pairs"));
  table_.add(real_.row("all real (A, B)"));
  table_.add(every_.row("all"));
  report_.print(table_);
  print_kinds(report_, kinds_);
  ask_peers(report_, reached_, with_known_);
  report_.goals[letter_] = real_.reached;
}

}  // namespace

void typed_slips(Report& report, bool with_known) {
  report.title(
      with_known
          ? fmt::format("B. Typed slips, intended names known among {} others",
                        report.settings.known)
          : "A. Typed slips, shipped names only");
  if (!report.settings.channels.empty()) {
    report.note("  each source judged with a channel fitted to the others");
  }
  Section section(report, with_known);
  for (const TypoSource& source : report.typos) section.judge(source);
  section.print();
}

}  // namespace lostletter::eval
