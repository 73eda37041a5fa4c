// SPDX-License-Identifier: Apache-2.0
#include "scan/leakage.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "mail/address.h"
#include "scan/finding.h"
#include "scan/ledger.h"

namespace lostletter::scan {
namespace {

constexpr std::string_view kOthers = "(groups too small to show)";

std::string domain_of(const std::string& text) {
  const auto at = mail::find_domain(text);
  return at ? text.substr(*at) : text;
}

bool is_lost(const Finding& finding) {
  return finding.kind == FindingKind::kStandingLeak ||
         finding.kind == FindingKind::kMisdirected;
}

// Where the name is right and the person is not, the address is what is wrong.
std::string wrong_name(const Finding& finding) {
  const std::string domain = domain_of(finding.typed);
  return domain == domain_of(finding.intended) ? finding.typed : domain;
}

void add(const Finding& finding, Share& share) {
  share.letters += finding.letters;
  share.delivered += finding.delivered;
  share.clear += finding.clear;
  share.bounced += finding.bounced;
}

// Numbers of people, each counted once however often they are there.
using People = std::vector<std::uint32_t>;
std::uint32_t count(People& people) {
  std::ranges::sort(people);
  const auto rest = std::ranges::unique(people);
  return static_cast<std::uint32_t>(rest.begin() - people.begin());
}

// By a name.
struct Groups {
  struct Group {
    Share share;
    People people;
  };
  std::map<std::string, Group> groups;

  Group& at(const std::string& name) { return groups[name]; }
  std::vector<Share> sorted() {
    std::vector<Share> all;
    for (auto& [name, group] : groups) {
      group.share.name = name;
      group.share.people = count(group.people);
      all.push_back(std::move(group.share));
    }
    groups.clear();
    std::ranges::stable_sort(all, [](const Share& a, const Share& b) {
      return a.letters > b.letters;
    });
    return all;
  }
};

// Days of a year from the first to the last letter of the logs.
std::uint32_t days_in(std::uint32_t year, std::uint32_t first,
                      std::uint32_t last) {
  using namespace std::chrono;
  const auto day_of = [](std::uint32_t seconds) {
    return floor<days>(Seconds(Duration(seconds)));
  };
  const auto number = std::chrono::year(static_cast<int>(year));
  const auto begin =
      std::max<sys_days>(sys_days(number / 1 / 1), day_of(first));
  const auto end = std::min<sys_days>(sys_days(number / 12 / 31), day_of(last));
  return begin > end ? 0
                     : static_cast<std::uint32_t>((end - begin).count() + 1);
}

class Reckoner {
 public:
  Reckoner(const Summary& summary, const Units& units)
      : summary_(summary), units_(units) {}

  void take(const Finding& finding) {
    const std::string wrong = wrong_name(finding);
    const std::string meant = domain_of(finding.intended);
    Share& name = wrong_.at(wrong).share;
    add(finding, name);
    name.note = meant;
    if (name.mail.empty()) name.mail = finding.mail;
    add(finding, intended_.at(meant).share);
    if (mail::find_domain(finding.intended)) {
      add(finding, missed_.at(finding.intended).share);
    }
    for (const SenderCount& sender : finding.senders) {
      take(sender, wrong, meant, finding);
    }
    for (const auto& [month, letters] : finding.months) {
      Month& sum = result_.months[month];
      sum.all += letters;
      sum.standing += finding.kind == FindingKind::kStandingLeak ? letters : 0;
    }
    for (const auto& [hour, letters] : finding.hours) {
      result_.hours[hour] += letters;
    }
  }

  Leakage finish() {
    result_.units = unit_.sorted();
    result_.intended = intended_.sorted();
    result_.wrong = wrong_.sorted();
    result_.senders = sender_.sorted();
    result_.missed = missed_.sorted();
    for (auto& [key, stream] : streams_) {
      result_.streams.push_back(
          {key.first, key.second, stream.letters, count(stream.people)});
    }
    std::ranges::stable_sort(result_.streams, [](const auto& a, const auto& b) {
      return a.letters > b.letters;
    });
    add_years();
    return std::move(result_);
  }

 private:
  void take(const SenderCount& sender, const std::string& wrong,
            const std::string& meant, const Finding& finding) {
    const std::string unit = units_.of(sender.address);
    const std::uint32_t person =
        numbers_
            .try_emplace(sender.address,
                         static_cast<std::uint32_t>(numbers_.size()))
            .first->second;
    unit_.at(unit).share.letters += sender.letters;
    sender_.at(sender.address).share.letters += sender.letters;
    for (Groups::Group* group : {&unit_.at(unit), &sender_.at(sender.address),
                                 &wrong_.at(wrong), &intended_.at(meant)}) {
      group->people.push_back(person);
    }
    if (mail::find_domain(finding.intended)) {
      missed_.at(finding.intended).people.push_back(person);
    }
    auto& [letters, people] = streams_[{unit, wrong}];
    letters += sender.letters;
    people.push_back(person);
  }

  void add_years() {
    std::map<std::uint32_t, std::uint64_t> years;
    for (const auto& [month, sum] : result_.months) {
      years[1970 + month / 12] += sum.all;
    }
    if (years.empty()) return;
    // A year without any is one as well.
    for (auto year = years.begin()->first; year <= years.rbegin()->first;
         ++year) {
      result_.years.push_back(
          {year, years[year], days_in(year, summary_.first, summary_.last)});
    }
  }

  const Summary& summary_;
  const Units& units_;
  Leakage result_;
  Groups unit_, intended_, wrong_, sender_, missed_;
  struct InStream {
    std::uint64_t letters = 0;
    People people;
  };
  std::map<std::pair<std::string, std::string>, InStream> streams_;
  std::unordered_map<std::string, std::uint32_t> numbers_;  // of people
};

// Of the twelve months that end with the last letter.
std::uint64_t lately(const Finding& finding, std::uint32_t last) {
  const std::uint32_t now = month_of(last);
  std::uint64_t letters = 0;
  for (const auto& [month, count] : finding.months) {
    if (month + 12 > now) letters += count;
  }
  return letters;
}

// What is mended together: everything typed by hand, one person's entries.
std::string key_of(const Finding& finding) {
  switch (finding.repair_kind) {
    case RepairKind::kAsk:
      return "";
    case RepairKind::kEntry:
    case RepairKind::kAlias:
      return finding.senders.empty() ? finding.typed
                                     : finding.senders.front().address;
    default:
      return finding.typed;
  }
}

std::string corrections(const std::vector<const Finding*>& all) {
  constexpr std::size_t kMost = 3;
  std::string text;
  for (std::size_t i = 0; i < all.size() && i < kMost; ++i) {
    text += fmt::format("{}{} for {}", i == 0 ? "" : ", ",
                        printable(all[i]->typed, 120),
                        printable(all[i]->intended, 120));
  }
  if (all.size() > kMost)
    text += fmt::format(" and {} more", all.size() - kMost);
  return text;
}

std::string text_of(RepairKind kind, const std::vector<const Finding*>& all) {
  const Finding& first = *all.front();
  const bool named = !first.senders.empty();
  const std::string who =
      named ? printable(first.senders.front().address, 120) : "";
  switch (kind) {
    case RepairKind::kAsk:
      return fmt::format(
          "Let the guard ask (`lostletter serve`, mode \"ask\"): typed by hand "
          "at {} wrong {}",
          all.size(), all.size() == 1 ? "name" : "names");
    case RepairKind::kEntry:
      return fmt::format("Mend the address book or script {}: it has {}",
                         named ? "of " + who : "that repeats it",
                         corrections(all));
    case RepairKind::kAlias:
      return fmt::format("Mend the alias or forward {}: it has {}",
                         named ? "of " + who : "that leads there",
                         corrections(all));
    case RepairKind::kRefuse:
      return fmt::format(
          "Refuse letters to {} (`block = [\"{}\"]`), written for {}",
          printable(first.typed, 120), printable(first.typed, 120),
          printable(first.intended, 120));
    case RepairKind::kSharedEntry:
      return fmt::format(
          "Mend the shared address book or list: {} people use {}",
          first.people, corrections(all));
    case RepairKind::kNone:
      break;
  }
  return {};
}

}  // namespace

std::vector<Step> steps_of(const std::vector<Finding>& findings,
                           std::uint32_t last) {
  std::map<std::pair<RepairKind, std::string>, std::vector<const Finding*>> by;
  for (const Finding& one : findings) {
    if (!is_lost(one) || one.repair_kind == RepairKind::kNone) continue;
    by[{one.repair_kind, key_of(one)}].push_back(&one);
  }
  std::vector<Step> steps;
  for (auto& [key, all] : by) {
    std::ranges::stable_sort(all, [](const Finding* a, const Finding* b) {
      return a->letters > b->letters;
    });
    Step step{key.first, text_of(key.first, all)};
    for (const Finding* one : all) {
      step.letters += one->letters;
      step.lately += lately(*one, last);
    }
    steps.push_back(std::move(step));
  }
  std::ranges::stable_sort(steps, [](const Step& a, const Step& b) {
    return std::pair(a.lately, a.letters) > std::pair(b.lately, b.letters);
  });
  return steps;
}

Leakage leakage_of(const std::vector<Finding>& findings, const Summary& summary,
                   const Units& units) {
  Reckoner reckoner(summary, units);
  for (const Finding& one : findings) {
    if (is_lost(one)) reckoner.take(one);
  }
  Leakage leakage = reckoner.finish();
  leakage.steps = steps_of(findings, summary.last);
  return leakage;
}

namespace {

// `needs_people`: it says who wrote, and not only what was written.
std::vector<Share> grouped(const std::vector<Share>& shares,
                           bool needs_people) {
  std::vector<Share> result;
  Share others{.name = std::string(kOthers)};
  for (const Share& one : shares) {
    const bool is_small =
        one.letters < kLeastGroup || (needs_people && one.people < kLeastGroup);
    // An address names a person.
    if (is_small || mail::find_domain(one.name)) {
      others.letters += one.letters;
      others.delivered += one.delivered;
      others.clear += one.clear;
      others.bounced += one.bounced;
      others.people += one.people;
    } else {
      result.push_back(one);
    }
  }
  if (others.letters >= kLeastGroup) result.push_back(std::move(others));
  return result;
}

}  // namespace

Leakage aggregated(const Leakage& leakage) {
  Leakage result;
  result.years = leakage.years;
  result.months = leakage.months;
  result.hours = leakage.hours;
  result.units = grouped(leakage.units, true);
  result.intended = grouped(leakage.intended, false);
  result.wrong = grouped(leakage.wrong, false);
  std::map<std::pair<std::string, std::string>, Stream> streams;
  const auto is_shown = [](const std::vector<Share>& shares,
                           const std::string& name) {
    return std::ranges::any_of(
        shares, [&](const Share& one) { return one.name == name; });
  };
  for (const Stream& one : leakage.streams) {
    Stream shown = one;
    if (one.people < kLeastGroup || !is_shown(result.units, one.unit)) {
      shown.unit = kOthers;
    }
    if (one.letters < kLeastGroup || !is_shown(result.wrong, one.wrong)) {
      shown.wrong = kOthers;
    }
    Stream& sum = streams[{shown.unit, shown.wrong}];
    shown.letters += sum.letters;
    shown.people += sum.people;
    sum = std::move(shown);
  }
  for (auto& [key, stream] : streams) result.streams.push_back(stream);
  std::ranges::stable_sort(result.streams, [](const auto& a, const auto& b) {
    return a.letters > b.letters;
  });
  return result;
}

}  // namespace lostletter::scan
