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

// Of names that are what they seem.
struct Score {
  Share called;
  Share doubted;
  Share as_known;  // called misdirected though it may be known itself

  Answer count(const Engine& engine, const std::string& name) {
    const Answer answer = ask(engine, name, Engine::Self::kLeaveOut);
    called.count(answer.misdirected);
    doubted.count(answer.doubtful);
    // Only a name known is judged otherwise.
    as_known.count(engine.knows(name) ? ask(engine, name).misdirected
                                      : answer.misdirected);
    return answer;
  }
  Score& operator+=(const Score& other) {
    called += other.called;
    doubted += other.doubted;
    as_known += other.as_known;
    return *this;
  }
  std::vector<std::string> row(const std::string& name) const {
    return {name,
            fmt::format("{}", called.of),
            fmt::format("{}", called.hits),
            to_string(called),
            to_string(doubted),
            to_string(as_known)};
  }
};

Table make_table(const std::string& first) {
  return Table({first, "n", "called", "called misdirected", "doubtful",
                "misdirected, names known counting as known"});
}

// As many as one site may know by heart; one engine each, for time's sake.
constexpr std::size_t kBatch = 500;

// One side of each pair from `at` on is known, the other is asked.
void ask_neighbours(Report& report, const Neighbours& list, std::size_t at,
                    bool swapped, Score& score) {
  const std::size_t end = std::min(at + kBatch, list.pairs.size());
  std::vector<std::string> known;
  for (std::size_t i = at; i < end; ++i) {
    known.push_back(swapped ? list.pairs[i].second : list.pairs[i].first);
  }
  const auto engine = make_engine(known, report.channel());
  for (std::size_t i = at; i < end; ++i) {
    const auto& [one, other] = list.pairs[i];
    const std::string& asked = swapped ? one : other;
    const Answer answer = score.count(*engine, asked);
    if (answer.misdirected) {
      report.miss("D", list.name, asked, asked, answer);
    }
  }
}

std::vector<Pair> as_pairs(const std::vector<std::string>& names) {
  std::vector<Pair> pairs;
  pairs.reserve(names.size());
  for (const auto& name : names) pairs.push_back({name, name});
  return pairs;
}

// Scanning ten thousand names takes a peer some milliseconds a question.
constexpr std::size_t kSampleForPeers = 3000;

void ask_peers(Report& report, const std::string& section,
               const std::vector<std::string>& known,
               const std::set<std::string>& every) {
  if (!report.peers.present()) return;
  PeerTable table(report, PeerTable::Of::kRightNames, section, "list");
  if (known.empty()) {
    for (const NameList& list : report.legitimate) {
      table.add(list.name, known, as_pairs(list.names), false);
    }
    table.add("all, each name once", known,
              as_pairs({every.begin(), every.end()}), true);
  } else {
    // A name in their list they leave alone: only others say something.
    const std::set<std::string> listed(known.begin(), known.end());
    table.add("a sample of all, not listed", known,
              as_pairs(sample({every.begin(), every.end()}, kSampleForPeers,
                              report.settings.seed, listed)),
              true);
  }
  table.print();
}

void ask_peers_about_neighbours(Report& report) {
  if (!report.peers.present()) return;
  PeerTable table(report, PeerTable::Of::kRightNames, "D", "list");
  for (const auto& list : report.neighbours) {
    // One side known, the other asked: the other way round says the same.
    std::vector<std::string> known;
    std::vector<std::string> asked;
    for (std::size_t i = 0; i < std::min(kBatch, list.pairs.size()); ++i) {
      known.push_back(list.pairs[i].first);
      asked.push_back(list.pairs[i].second);
    }
    table.add(list.name, known, as_pairs(asked), true);
  }
  table.print();
}

}  // namespace

void legitimate_names(Report& report, bool with_known) {
  const std::string section = with_known ? "C2" : "C";
  report.title(with_known
                   ? fmt::format("C2. The same with {} names known",
                                 report.settings.known)
                   : "C. Legitimate names, each asked as if it were unknown");
  std::vector<std::string> known;
  if (with_known) {
    known =
        sample(report.pool, report.settings.known, report.settings.seed, {});
  }
  const auto engine = make_engine(known, report.channel());
  auto& cases = with_known ? report.known_cases : report.shipped_cases;
  Table table = make_table("list");
  Score all;
  std::size_t left_out = 0;
  std::set<std::string> seen;
  for (const NameList& list : report.legitimate) {
    Score score;
    Score fresh;
    for (const std::string& name : list.names) {
      const bool is_fresh = seen.insert(name).second;
      const Answer answer = (is_fresh ? fresh : score).count(*engine, name);
      if (answer.misdirected) {
        report.miss(section, list.name, name, name, answer);
      }
      if (is_fresh) cases.push_back({answer, list.name});
    }
    all += fresh;
    score += fresh;
    left_out += list.left_out;
    table.add(score.row(list.name));
  }
  table.add(all.row("all, each name once"));
  report.print(table);
  report.note(fmt::format(
      "  left out: {} names that a source of slips has as typed", left_out));
  ask_peers(report, section, known, seen);
  report.goals[section] = all.called;
}

void neighbours(Report& report) {
  report.title(
      fmt::format("D. Real neighbours, one known and the other asked, {} pairs "
                  "known at a time",
                  kBatch));
  Table table = make_table("list");
  Score all;
  for (const auto& list : report.neighbours) {
    Score score;
    for (std::size_t at = 0; at < list.pairs.size(); at += kBatch) {
      for (const bool swapped : {false, true}) {
        ask_neighbours(report, list, at, swapped, score);
      }
    }
    table.add(score.row(list.name));
    all += score;
  }
  table.add(all.row("all"));
  report.print(table);
  ask_peers_about_neighbours(report);
  report.goals["D"] = all.called;
}

}  // namespace lostletter::eval
