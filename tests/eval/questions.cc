// SPDX-License-Identifier: Apache-2.0
//
// Section I: whole organisations replayed. How many mistaken recipients are
// found when few right letters are called, and when each person may be asked a
// quarter of a question a month.
#include <algorithm>
#include <cmath>
#include <future>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "course.h"
#include "mailboxes.h"
#include "people.h"
#include "report.h"

namespace lostletter::eval {
namespace {

constexpr std::string_view kDial = "0.25 per person per month";
constexpr double kCalls[] = {0.001, 0.002, 0.005, 0.01};
// Enough mail: five questions due, for less cannot be within a fifth of
// anything, and ten letters for each: nobody can be asked who does not write.
constexpr double kEnough = 5;
constexpr double kLettersEach = 10;
constexpr double kNear = 0.2;

struct Named {
  std::string name;
  Course course;
};

std::vector<Named> run_all(const Report& report, const guard::Dial& dial) {
  std::vector<Post> posts = load_organisations(report.settings.data);
  posts.push_back(load_enron(report.settings.data));
  std::set<std::string> slips;
  for (const Pair& one : load_address_slips(report.settings.data)) {
    slips.insert(one.typed);
  }
  std::vector<std::future<Course>> running;
  for (const Post& post : posts) {
    running.push_back(
        std::async(std::launch::async, [&post, &dial, &report, &slips] {
          return run_course(post, dial, report.settings.seed, slips);
        }));
  }
  std::vector<Named> done = {{"Enron", running.back().get()}, {"lists", {}}};
  for (std::size_t i = 0; i + 1 < posts.size(); ++i) {
    Course course = running[i].get();
    Course& lists = done[1].course;
    std::ranges::move(course.right, std::back_inserter(lists.right));
    lists.called += course.called;
    for (auto& [kind, trials] : course.wrong) {
      std::ranges::move(trials, std::back_inserter(lists.wrong[kind]));
    }
    lists.people.merge(course.people);
  }
  return done;
}

ByPerson share_of(const std::vector<Trial>& trials, const auto& is_hit) {
  ByPerson shares;
  for (const Trial& one : trials) shares[one.person].count(is_hit(one));
  return shares;
}

// The lowest score from which no more than this share of right letters is
// called.
double score_at(const Course& course, double share) {
  std::vector<double> scores;
  for (const RightLetter& one : course.right) {
    for (const auto& call : one.calls) scores.push_back(call.score);
  }
  std::ranges::sort(scores, std::ranges::greater());
  scores.erase(std::ranges::unique(scores).begin(), scores.end());
  double from = std::numeric_limits<double>::infinity();
  for (const double next : scores) {
    const auto called = std::ranges::count_if(
        course.right,
        [&](const RightLetter& one) { return one.is_called(next); });
    if (static_cast<double>(called) >
        share * static_cast<double>(course.right.size())) {
      break;
    }
    from = next;
  }
  return from;
}

// Found when no more than so many right letters have a score as high.
void curve(Report& report, const Named& of) {
  std::vector<std::string> heads = {
      fmt::format("{}, {} right letters", of.name, of.course.right.size()),
      "n"};
  for (const double share : kCalls) {
    heads.push_back(fmt::format("{:g} in 1,000", share * 1000));
  }
  Table table(heads);
  std::vector<double> from;
  for (const double share : kCalls) from.push_back(score_at(of.course, share));
  for (const auto& [kind, trials] : of.course.wrong) {
    std::vector<std::string> cells = {std::string(name_of(kind)),
                                      fmt::format("{}", trials.size())};
    for (const double least : from) {
      cells.push_back(to_string(share_of(
          trials, [&](const Trial& one) { return one.score >= least; })));
    }
    if (kind == Wrong::kAutoComplete) {
      for (const Trial& one : trials) {
        report.goals["I2"].count(one.score >= from.front());
      }
    }
    table.add(std::move(cells));
  }
  report.print(table);
}

void classes(Report& report, const std::vector<Named>& all,
             std::string_view when) {
  Table table({fmt::format("found {}, of mistakes in", when), "class", "n",
               "found", "letters to one", "to several"});
  for (const Named& of : all) {
    for (const auto& [kind, trials] : of.course.wrong) {
      std::vector<Trial> one;
      std::vector<Trial> several;
      for (const Trial& trial : trials) {
        (trial.recipients == 1 ? one : several).push_back(trial);
      }
      const auto found = [](const std::vector<Trial>& some) {
        return to_string(share_of(
            some, [](const Trial& trial) { return trial.is_asked(); }));
      };
      table.add({of.name, std::string(name_of(kind)),
                 fmt::format("{}", trials.size()), found(trials), found(one),
                 found(several)});
    }
  }
  report.print(table);
}

// Slips that people made are left out where they are known.
void false_calls(Report& report, const std::vector<Named>& all) {
  Table table({"called at 0.9, without a budget", "recipients of right letters",
               "called"});
  for (const Named& of : all) {
    const Share& called = of.course.called;
    table.add({of.name, fmt::format("{}", called.of),
               fmt::format("{}, {}", called.hits, to_string(called))});
    report.goals["I4"] += called;
  }
  report.print(table);
}

void budgets(Report& report, const std::vector<Named>& all,
             const guard::Dial& dial) {
  Table table({"questions asked", "people", "with enough mail", "expected",
               "asked", "within a fifth", "too many", "too few",
               "letters a question"});
  Share near_all;
  for (const Named& of : all) {
    Share near;
    Share more;
    Share fewer;
    double due = 0;
    std::size_t asked = 0;
    std::size_t letters = 0;
    for (const auto& [person, one] : of.course.people) {
      const double share = expected(one, dial);
      if (share < kEnough ||
          static_cast<double>(one.letters) < kLettersEach * share) {
        continue;
      }
      const auto put = static_cast<double>(one.questions);
      near.count(std::abs(put - share) <= kNear * share);
      more.count(put > (1 + kNear) * share);
      fewer.count(put < (1 - kNear) * share);
      due += share;
      asked += one.questions;
      letters += one.letters;
    }
    near_all += near;
    table.add({of.name, fmt::format("{}", of.course.people.size()),
               fmt::format("{}", near.of), fmt::format("{:.0f}", due),
               fmt::format("{}", asked), to_string(near), to_string(more),
               to_string(fewer),
               fmt::format(
                   "{:.0f}",
                   static_cast<double>(letters) /
                       static_cast<double>(std::max<std::size_t>(1, asked)))});
  }
  report.print(table);
  report.goals["I3"] = near_all;
}

}  // namespace

void questions(Report& report) {
  const auto dial = guard::Dial::parse(kDial).value();
  report.title(
      fmt::format("I. Organisations replayed, questions at {}", kDial));
  const auto all = run_all(report, dial);
  for (const Named& of : all) curve(report, of);
  classes(report, all, "within the budget");
  budgets(report, all, dial);
  const auto free = run_all(report, guard::Dial::parse("unlimited").value());
  classes(report, free, "at 0.9, without a budget");
  false_calls(report, free);
}

}  // namespace lostletter::eval
