// SPDX-License-Identifier: Apache-2.0
//
// The budget of questions is the dial: "1 per person per month". A person's
// threshold is the score that their own letters reach about so often, so that
// whoever writes to many strangers is not asked more than whoever writes to
// few. It is paced: who was asked more than their share lately has a higher
// threshold, who was asked less a lower one. It is never out of reach: a letter
// that looks more like a mistake than all of a person's own, and by the more
// the deeper they are in debt, is asked about although the budget is spent.
// Such letters are rare, and a slip of the hand is mostly one. Where the harm
// is greatest, at the neighbour of a protected name, a question may always be
// put.
//
// Of a person met less than `kAcquaintance` ago nobody can tell what is rare
// for them: every recipient is new then. They are asked about what is wrong
// with 99 in 100 whoever writes it, or stands above all they wrote before, and
// each question so early raises what the next one takes. These count: whoever
// was asked early is asked less later.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace lostletter::guard {

class Dial {
 public:
  // "1 per person per month"; also "0.25 ...", "... per week", "... per year".
  // "unlimited" sets no budget: thresholds are probabilities then.
  static Result<Dial> parse(std::string_view text);

  bool is_unlimited() const { return period_ == Duration(); }
  // In which one question is put; 0 is unlimited.
  Duration period() const { return period_; }
  // How far back letters and questions are looked at: time for eight
  // questions, and no longer than scores are kept.
  Duration memory() const;
  static constexpr Duration kMostMemory = std::chrono::days(365);

 private:
  Duration period_{};
};

// What is known of one person's letters within Dial::memory(). A score is the
// log-odds that a recipient is a mistake; each recipient counts once, with the
// highest it had.
struct Scores {
  Seconds since{};  // the first of them; 0: none yet
  std::size_t asked = 0;
  std::vector<double> best = {};  // kMostScores of them, highest first
};
inline constexpr std::size_t kMostScores = 64;

// From here on a person is asked: a score, always finite. Pure.
// REQUIRES: !dial.is_unlimited().
double threshold(const Dial& dial, const Scores& scores, Seconds now);
inline constexpr Duration kAcquaintance = std::chrono::days(30);

// ln(p / (1 - p)), bounded.
double score_of(double probability);

}  // namespace lostletter::guard
