// SPDX-License-Identifier: Apache-2.0
#include "guard/finding_entry.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "guard/wrong_entry.h"
#include "mail/address.h"

namespace lostletter::guard {
namespace {

// Below it nobody wants to read of it.
constexpr double kWorthNaming = 0.005;
// Of what one cue says, to be told in words.
constexpr double kTelling = 0.5;

class Entry {
 public:
  Entry(const Inquiry& inquiry, const Evidence& evidence, Assessment& found)
      : inquiry_(inquiry),
        evidence_(evidence),
        found_(found),
        cues_(cues(inquiry, evidence)) {}

  void weigh() {
    const double log_odds =
        WrongEntry::shipped().log_odds(cues_) + kWrongEntries;
    const double wrong = (1 - found_.probability) * std::exp(log_odds);
    const double all = 1 + wrong;
    for (Intended& one : found_.intended) one.probability /= all;
    found_.probability = (found_.probability + wrong) / all;
    if (wrong / all < kWorthNaming) return;
    name(wrong / all);
    say();
  }

 private:
  double weight(std::string_view name) const {
    const auto cue = std::ranges::find(cues_, name, &Cue::name);
    return cue == cues_.end() ? 0 : WrongEntry::shipped().weight(*cue);
  }

  const Namesake* rival() const {
    for (const Namesake& one : evidence_.rivals) {
      const auto is_it = [&](const Intended& intended) {
        return ascii_iequals(intended.address, one.address);
      };
      if (!is_in_letter(one) && std::ranges::none_of(found_.intended, is_it)) {
        return &one;
      }
    }
    return nullptr;
  }

  bool is_in_letter(const Namesake& one) const {
    return std::ranges::any_of(inquiry_.together,
                               [&](const std::string& address) {
                                 return ascii_iequals(address, one.address);
                               });
  }

  // The one whom the same letters would have offered.
  void name(double probability) {
    const Namesake* const one = rival();
    if (one == nullptr) return;
    Intended intended = {
        one->address,
        one->address.substr(mail::find_domain(one->address).value_or(0)),
        probability, "another entry of the address book"};
    intended.terms.push_back(
        {"entry.rare", "wrong entries among recipients", kWrongEntries});
    for (const Cue& cue : cues_) {
      if (const double value = WrongEntry::shipped().weight(cue); value != 0) {
        intended.terms.push_back({fmt::format("entry.{}", cue.name),
                                  fmt::format("step {}", cue.step), value});
      }
    }
    const auto place = std::ranges::upper_bound(found_.intended, probability,
                                                std::ranges::greater(),
                                                &Intended::probability);
    found_.intended.insert(place, std::move(intended));
  }

  void say(std::string_view id, double log_odds, std::string text) {
    found_.findings.push_back(
        {fmt::format("correspondence.{}", id), log_odds, std::move(text)});
  }

  void say() {
    say_thread();
    say_company();
    if (weight("rivals") >= kTelling) say_rivals();
  }

  // Which one, then: all that the same letters would have offered. The weight
  // is of them together.
  void say_rivals() {
    double log_odds = weight("rivals");
    for (const Namesake& one : evidence_.rivals) {
      if (is_in_letter(one)) continue;
      std::string text =
          fmt::format("you write to {}: {} letters, the last on {}",
                      printable(one.address, 200), one.with_person.sent,
                      to_rfc3339(one.with_person.last).substr(0, 10));
      if (one.company_letters > 0) {
        text += fmt::format(", {} together with {}", one.company_letters,
                            printable(one.company, 200));
      }
      say("other-entry", std::exchange(log_odds, 0), std::move(text));
    }
  }

  void say_thread() {
    const double thread = weight("thread");
    if (thread < kTelling || !evidence_.thread.known ||
        evidence_.thread.address) {
      return;
    }
    say("not-in-thread", thread,
        evidence_.thread.domain
            ? fmt::format("{} was not in the thread that this letter answers",
                          printable(found_.address, 200))
            : fmt::format("nobody of {} was in the thread that this letter "
                          "answers",
                          printable(found_.domain, 200)));
  }

  void say_company() {
    constexpr std::string_view kCompany[] = {"rank", "given", "gives",
                                             "given-by-all", "strangers"};
    const double company = std::accumulate(
        std::begin(kCompany), std::end(kCompany), 0.0,
        [&](double sum, std::string_view cue) { return sum + weight(cue); });
    const bool never = std::ranges::all_of(
        evidence_.together,
        [](const Companion& other) { return other.letters == 0; });
    if (company < kTelling || evidence_.together.empty() || !never) return;
    say("odd-one-out", company,
        fmt::format("you have never written to {} together with {}",
                    printable(found_.address, 200),
                    evidence_.together.size() == 1
                        ? printable(inquiry_.together.front(), 200)
                        : "any of the others"));
  }

  const Inquiry& inquiry_;
  const Evidence& evidence_;
  Assessment& found_;
  const std::vector<Cue> cues_;
};

}  // namespace

void weigh_entry(const Inquiry& inquiry, const Evidence& evidence,
                 Assessment& found) {
  if (inquiry.person.empty() || !evidence.anything) return;
  Entry(inquiry, evidence, found).weigh();
}

}  // namespace lostletter::guard
