// SPDX-License-Identifier: Apache-2.0
//
// For tools/make-lists: which of the candidate names are mistypings of better
// known ones? Lists of providers contain gmial.com, because people who make
// them collect what was typed into forms.
//
// Reads rows name<TAB>tier. Builds the engine from the curated names and the
// candidates, and asks about each candidate as if it were unknown. The ones
// that are more likely than not meant to be a name that is curated, or of a
// better tier, are dropped: standard error says why. The kept ones go to
// standard output.
#include <algorithm>
#include <charconv>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lookalike/engine.h"

namespace {

using lostletter::lookalike::built_in_names;
using lostletter::lookalike::built_in_options;
using lostletter::lookalike::Engine;
using lostletter::lookalike::Judgement;
using lostletter::lookalike::KnownName;
using lostletter::lookalike::Source;

// Where a verdict begins to be doubtful. Stricter than "misdirected" (0.9),
// because a list does not need its doubtful names, and each that is a typo
// after all would be called clear for ever.
constexpr double kDoubtful = 0.5;
// Better than every tier of a list.
constexpr int kCuratedRank = 0;

using Ranks = std::map<std::string, int, std::less<>>;

// name<TAB>tier; the tier is one digit, 1 to 5.
std::optional<std::pair<std::string, int>> parse_row(std::string_view line) {
  const auto tab = line.find('\t');
  if (tab == line.npos || tab == 0) return std::nullopt;
  const std::string_view digits = line.substr(tab + 1);
  int tier = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), tier);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      tier < 1 || tier > 5) {
    return std::nullopt;
  }
  return std::pair(std::string(line.substr(0, tab)), tier);
}

std::vector<KnownName> curated_names() {
  std::vector<KnownName> names = built_in_names();
  std::erase_if(names, [](const KnownName& name) {
    return name.source != Source::kCurated;
  });
  return names;
}

// The reason to drop a candidate, or nothing.
std::optional<std::string> reason_against(const Engine& engine,
                                          const std::string& name, int rank,
                                          const Ranks& ranks) {
  const Judgement judgement = engine.judge(name, Engine::Self::kLeaveOut);
  if (judgement.probability < kDoubtful || judgement.intended.empty()) {
    return std::nullopt;
  }
  const auto& intended = judgement.intended.front();
  const auto better = ranks.find(intended.name);
  if (better == ranks.end() || better->second >= rank) return std::nullopt;
  return name + '\t' + intended.name + '\t' +
         std::to_string(judgement.probability) + '\t' + intended.edit;
}

// One pass; true when something was dropped.
bool drop_typos(const std::vector<KnownName>& curated,
                std::map<std::string, int>& candidates) {
  std::vector<KnownName> names = curated;
  Ranks ranks;
  for (const auto& [name, tier] : candidates) {
    names.push_back({name, Source::kList, static_cast<double>(tier)});
    ranks[name] = tier;
  }
  for (const KnownName& name : curated) ranks[name.name] = kCuratedRank;

  const Engine engine(std::move(names), built_in_options());
  const std::size_t before = candidates.size();
  std::erase_if(candidates, [&](const auto& candidate) {
    const auto reason =
        reason_against(engine, candidate.first, candidate.second, ranks);
    if (reason) std::cerr << *reason << '\n';
    return reason.has_value();
  });
  return candidates.size() != before;
}

}  // namespace

int main() {
  std::map<std::string, int> candidates;
  std::string line;
  for (int number = 1; std::getline(std::cin, line); ++number) {
    auto row = parse_row(line);
    if (!row) {
      std::cerr << "filter_names: line " << number
                << ": a name, a tab and a tier from 1 to 5 are wanted\n";
      return 65;
    }
    candidates.insert(std::move(*row));
  }

  // Two candidates that are typos of the same name hide each other until one
  // of them is gone: go on until nothing changes.
  const std::vector<KnownName> curated = curated_names();
  while (drop_typos(curated, candidates)) {
  }
  for (const auto& [name, tier] : candidates) {
    std::cout << name << '\t' << tier << '\n';
  }
  return std::cout.flush() ? 0 : 74;
}
