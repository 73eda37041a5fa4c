// SPDX-License-Identifier: Apache-2.0
//
// Section H: the wrong entry of an address book. The protocol of Carvalho
// & Cohen (SDM 2007): each letter gets a recipient too many, and all of them
// are ranked. Letters without a wrong one, which it leaves out, are section
// I's.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "guard/wrong_entry.h"
#include "people.h"
#include "replay.h"
#include "report.h"
#include "wrong_pick.h"

namespace lostletter::eval {
namespace {

constexpr double kTrained = 0.9;
constexpr std::size_t kTrials = 10;
constexpr std::size_t kEnough = 50;  // letters of a person

// The 20 people of the paper, by their addresses here.
constexpr std::string_view kPeople[] = {
    "bill.rapp",      "juan.hernandez", "susan.pereira",  "stacy.dickson",
    "john.lavorato",  "kevin.hyatt",    "chris.germany",  "stacey.white",
    "mark.whitt",     "john.zufferli",  "larry.campbell", "tracy.geaccone",
    "dan.hyvl",       "darron.giron",   "stanley.horton", "james.derrick",
    "vince.kaminski", "rod.hayslett",   "shelley.corman", "louise.kitchen"};

bool is_of_the_paper(std::string_view person) {
  return person.ends_with("@enron.com") &&
         std::ranges::find(kPeople, person.substr(0, person.find('@'))) !=
             std::end(kPeople);
}

std::vector<double> scores(Replay& replay, const Sending& sending,
                           const std::vector<std::string>& to) {
  std::vector<double> found;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const auto asked = inquiry(sending, to, i);
    found.push_back(guard::WrongEntry::shipped()
                        .odds(guard::read_features(asked, replay.ask(asked)))
                        .sum);
  }
  return found;
}

// One person's: how often the wrong one stands first, and where.
struct Ranking {
  std::size_t letters = 0;
  double first = 0;
  double place = 0;
  double chance = 0;  // 1 / recipients
  void count(const std::vector<double>& of, std::size_t wrong) {
    ++letters;
    double before = 0;
    for (std::size_t i = 0; i < of.size(); ++i) {
      if (i != wrong && of[i] >= of[wrong])
        before += of[i] > of[wrong] ? 1 : 0.5;
    }
    first += before == 0 ? 1 : 0;
    place += 1 + before;
    chance += 1 / static_cast<double>(of.size());
  }
};
using Rankings = std::map<std::string, Ranking>;  // by person

// Means over people, as the paper has them, with a bootstrap over people.
Estimate mean_of(const Rankings& rankings, double Ranking::* field) {
  std::vector<double> each;
  for (const auto& [person, one] : rankings) {
    if (one.letters > 0) {
      each.push_back(one.*field / static_cast<double>(one.letters));
    }
  }
  const auto mean = [](const std::vector<double>& of) {
    double sum = 0;
    for (const double value : of) sum += value;
    return of.empty() ? 0 : sum / static_cast<double>(of.size());
  };
  if (each.empty()) return {};
  Random random(1);
  std::vector<double> means(1000);
  for (double& one : means) {
    std::vector<double> drawn;
    for (std::size_t i = 0; i < each.size(); ++i) {
      drawn.push_back(each[random.below(each.size())]);
    }
    one = mean(drawn);
  }
  std::ranges::sort(means);
  return {mean(each), means[25], means[974]};
}
std::string in_full(const Estimate& mean) {
  return fmt::format("{:.3f} ({:.3f}-{:.3f})", mean.value, mean.low, mean.high);
}

// How often the wrong recipient is one that the person never met, with the
// figures that the paper has for it: first, and average place.
struct Mix {
  double unseen;
  std::string_view published;
};
constexpr Mix kMixes[] = {
    {0, "0.814, 1.406"}, {0.1, "0.774, 1.478"}, {0.2, "0.760, 1.487"}};

// Each person's last tenth, judged with what was known when it began; or each
// letter of it with what was known by then.
enum class Known { kWhenItBegan, kByThen };

class Protocol {
 public:
  Protocol(const Post& post, Known known, std::uint64_t seed)
      : replay_(post), known_(known), random_(seed) {
    std::map<std::string, std::size_t> number;
    for (const archive::Letter& letter : post.letters) {
      const auto sender = replay_.senders().find(letter.sender);
      if (sender == replay_.senders().end()) continue;
      const auto to = recipients_of(letter);
      if (!to.empty() && number[letter.sender]++ >= trained(sender->second)) {
        last_[letter.sender].push_back(&letter);
      }
    }
  }

  // By the places of kMixes.
  std::vector<Rankings> run() {
    replay_.run([this](const Sending& sending) {
      if (sending.of < 10 || sending.number < trained(sending.of)) return;
      if (known_ == Known::kByThen) {
        judge(sending);
      } else if (sending.number == trained(sending.of)) {
        judge_last(sending);
      }
    });
    return std::move(rankings_);
  }

 private:
  static std::size_t trained(std::size_t of) {
    return static_cast<std::size_t>(kTrained * static_cast<double>(of));
  }
  static std::vector<std::string> recipients_of(const archive::Letter& letter) {
    std::vector<std::string> to;
    for (const auto& one : letter.recipients) {
      if (one.address != letter.sender) to.push_back(one.address);
    }
    return to;
  }

  void judge_last(const Sending& at) {
    for (const archive::Letter* letter : last_[at.letter.sender]) {
      judge({*letter, recipients_of(*letter), at.book});
    }
  }

  void judge(const Sending& sending) {
    for (std::size_t mix = 0; mix < std::size(kMixes); ++mix) {
      for (std::size_t trial = 0; trial < kTrials; ++trial) {
        const auto& meant = sending.to[random_.below(sending.to.size())];
        const auto wrong = pick_wrong(
            random_.unit() < kMixes[mix].unseen ? Wrong::kUnseen
                                                : Wrong::kAutoComplete,
            sending, meant, replay_.everybody(), random_);
        if (!wrong) continue;
        const auto more = added(sending.to, *wrong);
        rankings_[mix][sending.letter.sender].count(
            scores(replay_, sending, more), more.size() - 1);
      }
    }
  }

  Replay replay_;
  const Known known_;
  Random random_;
  std::map<std::string, std::vector<const archive::Letter*>> last_;
  std::vector<Rankings> rankings_{std::size(kMixes)};
};

Rankings only(const Rankings& all, const auto& is_wanted) {
  Rankings some;
  for (const auto& [person, one] : all) {
    if (is_wanted(person, one)) some.emplace(person, one);
  }
  return some;
}

std::vector<std::string> row(const std::string& name, double unseen,
                             const Rankings& of, std::string_view published) {
  std::size_t letters = 0;
  for (const auto& [person, one] : of) letters += one.letters;
  return {name,
          fmt::format("{}", of.size()),
          fmt::format("{}", letters / kTrials),
          percent(unseen),
          in_full(mean_of(of, &Ranking::first)),
          in_full(mean_of(of, &Ranking::place)),
          fmt::format("{:.3f}", mean_of(of, &Ranking::chance).value),
          std::string(published)};
}

void rank(Report& report, const Post& post, Known known) {
  Table table({known == Known::kWhenItBegan
                   ? "a recipient too many, nothing learnt meanwhile"
                   : "the same, learning as it goes",
               "people", "letters", "unseen", "first", "average place",
               "by chance", "published"});
  const auto all = Protocol(post, known, report.settings.seed).run();
  for (std::size_t mix = 0; mix < std::size(kMixes); ++mix) {
    const auto [unseen, published] = kMixes[mix];
    const Rankings paper = only(all[mix], [](const auto& person, const auto&) {
      return is_of_the_paper(person);
    });
    const Rankings enough = only(all[mix], [](const auto&, const auto& one) {
      return one.letters >= kEnough * kTrials / 10;
    });
    table.add(row("the paper's people", unseen, paper, published));
    table.add(row("everybody with 50 letters", unseen, enough, ""));
    if (known == Known::kWhenItBegan) {
      report.estimates[fmt::format("H{:.1f}", unseen)] =
          mean_of(paper, &Ranking::first);
    }
  }
  report.print(table);
}

}  // namespace

void wrong_entries(Report& report) {
  report.title("H. The wrong entry of an address book");
  const Post enron = load_enron(report.settings.data);
  rank(report, enron, Known::kWhenItBegan);
  rank(report, enron, Known::kByThen);
}

}  // namespace lostletter::eval
