// SPDX-License-Identifier: Apache-2.0
#include "guard/budget.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace lostletter::guard {
namespace {

constexpr std::pair<std::string_view, Duration> kPeriods[] = {
    {"day", std::chrono::days(1)},
    {"week", std::chrono::days(7)},
    {"month", std::chrono::days(30)},
    {"year", std::chrono::days(365)},
};

// More than one a minute is no budget, and less than one in a hundred years
// asks nobody.
constexpr Duration kShortest = std::chrono::minutes(1);
constexpr Duration kLongest = std::chrono::days(36500);

// How the threshold follows the credit, which is the questions due and not put:
// chosen by replaying mail (docs/evaluation.md, section I).
constexpr double kHeldBack = 0.1;  // a little less than the dial: debts are
                                   // forgotten after Dial::memory()
constexpr double kCatchUp = 3;     // times as often, more, for each in credit
constexpr double kMostCredit = 8;
constexpr double kFall = 3;  // power of what is left of one question, in debt
constexpr double kAbove = 1.5;   // above every score of their own, once put
constexpr double kEachDebt = 4;  // and more for each further one

// While nothing is known of what is rare for a person: 99 in 100.
const double kSure = std::log(0.99 / 0.01);
constexpr double kEachEarly = 2;

}  // namespace

Result<Dial> Dial::parse(std::string_view text) {
  const auto bad = [&] {
    return fail(fmt::format(
        "must be a number of questions, like \"1 per person per month\" (or "
        "day, week, year), or \"unlimited\", not \"{}\"",
        printable(text, 100)));
  };
  Dial dial;
  if (text == "unlimited") return dial;
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view rest(end, text.data() + text.size());
  constexpr std::string_view kPerPerson = " per person per ";
  if (error != std::errc() || !(number > 0) || !rest.starts_with(kPerPerson)) {
    return bad();
  }
  rest.remove_prefix(kPerPerson.size());
  for (const auto& [name, length] : kPeriods) {
    if (rest != name) continue;
    const double seconds = static_cast<double>(length.count()) / number;
    if (seconds < static_cast<double>(kShortest.count()) ||
        seconds > static_cast<double>(kLongest.count())) {
      return fail(
          fmt::format("must be between one a minute and one in a hundred "
                      "years, not \"{}\"",
                      printable(text, 100)));
    }
    dial.period_ = Duration(std::llround(seconds));
    return dial;
  }
  return bad();
}

Duration Dial::memory() const {
  constexpr int kQuestions = 8;
  return std::clamp(period_ * kQuestions, kAcquaintance, kMostMemory);
}

namespace {

double threshold_of_newcomer(const Scores& scores) {
  const double own = scores.best.empty() ? kSure : scores.best.front();
  return std::max(kSure, own + kEachEarly * static_cast<double>(scores.asked));
}

// How many of one's own letters of this time would be asked about.
double rank_at(double due, double credit) {
  return due * (credit < 0 ? std::pow(std::max(0.0, 1 + credit), kFall)
                           : 1 + kCatchUp * std::min(credit, kMostCredit));
}

}  // namespace

double threshold(const Dial& dial, const Scores& scores, Seconds now) {
  if (scores.since == Seconds() || scores.best.empty() ||
      now - scores.since < kAcquaintance) {
    return threshold_of_newcomer(scores);
  }
  const Duration known = std::min(now - scores.since, dial.memory());
  const double due = static_cast<double>(known.count()) /
                     static_cast<double>(dial.period().count());
  const double credit = due - kHeldBack - static_cast<double>(scores.asked);
  const double rank = rank_at(due, credit);
  if (rank >= 1) {
    const auto place = static_cast<std::size_t>(rank) - 1;
    return scores.best[std::min(place, scores.best.size() - 1)];
  }
  return scores.best.front() + kAbove * (1 - rank) +
         kEachDebt * std::max(0.0, -credit - 1);
}

double score_of(double probability) {
  constexpr double kLeast = 1e-9;
  const double bounded = std::clamp(probability, kLeast, 1 - kLeast);
  return std::log(bounded / (1 - bounded));
}

}  // namespace lostletter::guard
