// SPDX-License-Identifier: Apache-2.0
//
// Section J: mistyped recipients found in the headers of real letters, checked
// by hand. Each sender's organisation is replayed until the letter; the sender
// is asked, or not, within the budget they have by then.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "course.h"
#include "judge.h"
#include "mailboxes.h"
#include "report.h"

namespace lostletter::eval {
namespace {

constexpr std::string_view kDial = "0.25 per person per month";

// Whoever writes from there is one of us, and nobody else of it.
bool is_for_everybody(const std::string& domain) {
  return lookalike::built_in_index()->find(domain).has_value() &&
         (domain == "gmail.com" || domain == "hotmail.com" ||
          domain == "outlook.com" || domain == "yahoo.com");
}

struct Met {
  bool asked = false;
  bool misdirected = false;  // at 0.9, whatever the budget
  bool newcomer = false;     // met less than guard::kAcquaintance ago
};

// One organisation, until the last of its slips.
class Search {
 public:
  Search(const Post& post, const std::vector<LetterSlip>& slips,
         const guard::Dial& dial)
      : slips_(slips),
        replay_(post),
        judge_(replay_, post.us),
        budget_(replay_.store(), dial) {
    for (const LetterSlip& slip : slips) writers_.insert(slip.sender);
  }

  std::vector<Met> go() {
    replay_.run([this](const Sending& sending) {
      if (writers_.contains(sending.letter.sender)) look(sending);
    });
    return std::move(met_);
  }

 private:
  void look(const Sending& sending) {
    const std::string& person = sending.letter.sender;
    const Seconds now = sending.letter.at;
    const Seconds first = first_.try_emplace(person, now).first->second;
    const double threshold = budget_.threshold(person, now);
    std::vector<double> scores;
    for (std::size_t i = 0; i < sending.to.size(); ++i) {
      scores.push_back(judge_.score(sending, sending.to, i));
    }
    for (const LetterSlip& slip : slips_) {
      const auto at = std::ranges::find(sending.to, slip.typed);
      if (slip.letter != sending.letter.id || at == sending.to.end()) continue;
      const double score =
          scores[static_cast<std::size_t>(at - sending.to.begin())];
      met_.push_back({score >= threshold, score >= kCalled,
                      now - first < guard::kAcquaintance});
    }
    budget_.send(sending, scores);
  }

  const std::vector<LetterSlip>& slips_;
  Replay replay_;
  Judge judge_;
  Budget budget_;
  std::set<std::string> writers_;
  std::map<std::string, Seconds> first_;
  std::vector<Met> met_;
};

std::map<std::string, std::vector<LetterSlip>> by_organisation(
    const std::string& data) {
  std::map<std::string, std::vector<LetterSlip>> slips;
  for (LetterSlip& slip : load_letter_slips(data)) {
    const std::string domain = slip.sender.substr(slip.sender.rfind('@') + 1);
    slips[is_for_everybody(domain) ? slip.sender : domain].push_back(
        std::move(slip));
  }
  return slips;
}

}  // namespace

void natural_slips(Report& report) {
  const auto dial = guard::Dial::parse(kDial).value();
  report.title(
      fmt::format("J. Mistyped recipients of real letters, {}", kDial));
  std::vector<Met> all;
  for (const auto& [us, slips] : by_organisation(report.settings.data)) {
    const Post post = load_lists(report.settings.data, us, {us});
    std::ranges::move(Search(post, slips, dial).go(), std::back_inserter(all));
  }
  Table table({"the sender is", "n", "asked", "misdirected at 0.9"});
  const auto add = [&](const std::string& name, const auto& is_wanted) {
    Share asked;
    Share misdirected;
    for (const Met& one : all) {
      if (!is_wanted(one)) continue;
      asked.count(one.asked);
      misdirected.count(one.misdirected);
    }
    table.add({name, fmt::format("{}", asked.of), to_string(asked),
               to_string(misdirected)});
    return asked;
  };
  add("known for 30 days", [](const Met& one) { return !one.newcomer; });
  add("met later than that", [](const Met& one) { return one.newcomer; });
  report.goals["J"] = add("anybody", [](const Met&) { return true; });
  report.print(table);
}

}  // namespace lostletter::eval
