// SPDX-License-Identifier: Apache-2.0
#include "guard/budget.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
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

// How many questions one in arrears may be put at once.
constexpr double kMostCredit = 2;

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

double threshold(const Dial& dial, const Scores& scores, Seconds now) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  if (scores.since == Seconds() || scores.best.empty()) return kNever;
  const Duration known = std::min(now - scores.since, dial.memory());
  if (known < kAcquaintance) return kNever;
  // Letters of `known` should have been asked about so often.
  const double share = static_cast<double>(known.count()) /
                       static_cast<double>(dial.period().count());
  const double credit =
      std::min(kMostCredit, share - static_cast<double>(scores.asked));
  // Over a whole question in arrears: wait.
  if (credit <= -1) return kNever;
  // The rank that will be reached (1 + credit) times in the next period.
  const double rank = share * (1 + credit);
  const auto place = static_cast<std::size_t>(std::max(0.0, std::floor(rank)));
  if (rank < 0.5) return kNever;
  const std::size_t last = scores.best.size() - 1;
  return scores.best[std::min(place == 0 ? 0 : place - 1, last)];
}

double score_of(double probability) {
  constexpr double kLeast = 1e-9;
  const double bounded = std::clamp(probability, kLeast, 1 - kLeast);
  return std::log(bounded / (1 - bounded));
}

}  // namespace lostletter::guard
