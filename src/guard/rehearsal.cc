// SPDX-License-Identifier: Apache-2.0
#include "guard/rehearsal.h"

#include <algorithm>

namespace lostletter::guard {

Scores scores_of(const History& history, Seconds from) {
  Scores scores;
  scores.since = history.since;
  for (const Scored& one : history.scores) {
    if (one.at >= from) scores.best.push_back(one.score);
    if (one.asked_at && *one.asked_at >= from) ++scores.asked;
  }
  const std::size_t most = std::min(scores.best.size(), kMostScores);
  std::ranges::partial_sort(
      scores.best, scores.best.begin() + static_cast<std::ptrdiff_t>(most),
      std::ranges::greater());
  scores.best.resize(most);
  return scores;
}

std::size_t rehearse(const Dial& dial, History history, Seconds from) {
  if (dial.is_unlimited()) return 0;
  std::ranges::stable_sort(history.scores, {}, &Scored::at);
  History past{.since = history.since};
  std::size_t count = 0;
  for (const Scored& one : history.scores) {
    const auto before = scores_of(past, one.at - dial.memory());
    past.scores.push_back({.at = one.at, .score = one.score});
    if (one.score < threshold(dial, before, one.at)) continue;
    past.scores.back().asked_at = one.at;
    count += one.at >= from ? 1 : 0;
  }
  return count;
}

}  // namespace lostletter::guard
