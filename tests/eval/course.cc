// SPDX-License-Identifier: Apache-2.0
#include "course.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>
#include <utility>

#include "judge.h"
#include "replay.h"

namespace lostletter::eval {
namespace {

constexpr auto kMeantFor = std::chrono::days(90);  // ask.remember
constexpr std::size_t kMostRecipients = 30;        // beyond: an announcement
constexpr std::size_t kFewest = 20;                // letters of a person

class Run {
 public:
  Run(const Post& post, const guard::Dial& dial, std::uint64_t seed,
      const std::set<std::string>& slips)
      : slips_(slips),
        replay_(post),
        judge_(replay_, post.us),
        budget_(replay_.store(), dial),
        random_(seed) {}

  Course go() {
    replay_.run([this](const Sending& sending) { look(sending); });
    return std::move(course_);
  }

 private:
  void look(const Sending& sending) {
    const std::string& person = sending.letter.sender;
    const Seconds now = sending.letter.at;
    Asked& asked = course_.people[person];
    if (asked.letters++ == 0) asked.first = now;
    asked.last = now;
    if (sending.to.size() > kMostRecipients) return;
    const double threshold = budget_.threshold(person, now);
    if (!sending.is_taught() && sending.of >= kFewest &&
        now - asked.first >= guard::kAcquaintance) {
      for (const Wrong kind : kEveryWrong) mistake(kind, sending, threshold);
      take(sending, true);
    } else {
      take(sending, false);
    }
  }

  void mistake(Wrong kind, const Sending& sending, double threshold) {
    const std::string& meant = sending.to[random_.below(sending.to.size())];
    const auto wrong =
        pick_wrong(kind, sending, meant, replay_.everybody(), random_);
    if (!wrong) return;
    const auto to = replaced(sending.to, meant, *wrong);
    const auto which =
        static_cast<std::size_t>(std::ranges::find(to, *wrong) - to.begin());
    course_.wrong[kind].push_back({sending.letter.sender, to.size(),
                                   judge_.score(sending, to, which),
                                   threshold});
  }

  // The letter as it was sent.
  void take(const Sending& sending, bool is_judged) {
    std::vector<double> scores;
    scores.reserve(sending.to.size());
    for (std::size_t i = 0; i < sending.to.size(); ++i) {
      scores.push_back(judge_.score(sending, sending.to, i));
    }
    const std::string& person = sending.letter.sender;
    course_.people[person].questions += budget_.send(sending, scores);
    RightLetter letter;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      letter.calls.push_back(
          {scores[i], replace_highest({person, sending.to[i]}, scores[i],
                                      sending.letter.at)});
      if (slips_.contains(sending.to[i])) continue;
      const RightLetter::Call& call = letter.calls.back();
      course_.called.count(call.score >= kCalled && call.before < kCalled);
    }
    if (is_judged) course_.right.push_back(std::move(letter));
  }

  // Of the last 90 days, which this one may now be.
  double replace_highest(std::pair<std::string, std::string> key, double score,
                         Seconds now) {
    constexpr double kNone = -std::numeric_limits<double>::infinity();
    const auto [found, fresh] =
        highest_.try_emplace(std::move(key), std::pair(kNone, now));
    auto& [highest, at] = found->second;
    const double before = now - at > kMeantFor ? kNone : highest;
    if (score >= before) found->second = {score, now};
    return before;
  }

  const std::set<std::string>& slips_;
  Replay replay_;
  Judge judge_;
  Budget budget_;
  Random random_;
  std::map<std::pair<std::string, std::string>, std::pair<double, Seconds>>
      highest_;
  Course course_;
};

}  // namespace

bool RightLetter::is_called(double from) const {
  return std::ranges::any_of(calls, [&](const Call& call) {
    return call.score >= from && call.before < from;
  });
}

double expected(const Asked& asked, const guard::Dial& dial) {
  return static_cast<double>((asked.last - asked.first).count()) /
         static_cast<double>(dial.period().count());
}

guard::Scores Budget::known(const std::string& person, Seconds now) {
  return store_.find_scores(person, now - dial_.memory());
}

double Budget::threshold(const guard::Scores& known, Seconds now) const {
  return dial_.is_unlimited() ? kCalled : guard::threshold(dial_, known, now);
}

double Budget::threshold(const std::string& person, Seconds now) {
  return threshold(known(person, now), now);
}

std::size_t Budget::send(const Sending& sending,
                         const std::vector<double>& scores) {
  const std::string& person = sending.letter.sender;
  const Seconds now = sending.letter.at;
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return scores[a] > scores[b];
  });
  guard::Scores until_now = known(person, now);
  std::vector<store::ScoreRecord> records;
  std::size_t questions = 0;
  for (const std::size_t at : order) {
    const std::string& to = sending.to[at];
    const auto meant = meant_.find({person, to});
    const bool asked =
        scores[at] >= threshold(until_now, now) &&
        (meant == meant_.end() || now - meant->second > kMeantFor);
    records.push_back({person, to, now, scores[at], asked});
    if (!asked) continue;
    meant_[{person, to}] = now;
    store_.confirm({person, to, "", now, now + kMeantFor});
    ++until_now.asked;
    ++questions;
  }
  store_.save_scores(records);
  return questions;
}

Course run_course(const Post& post, const guard::Dial& dial, std::uint64_t seed,
                  const std::set<std::string>& slips) {
  return Run(post, dial, seed, slips).go();
}

}  // namespace lostletter::eval
