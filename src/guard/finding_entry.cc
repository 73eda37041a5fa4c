// SPDX-License-Identifier: Apache-2.0
#include "guard/finding_entry.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "guard/wrong_entry.h"
#include "mail/address.h"

namespace lostletter::guard {
namespace {

// Below it nobody wants to read of it.
constexpr double kWorthNaming = 0.002;
// Of one part of the log-odds, to be told in words.
constexpr double kTelling = 0.5;

std::string_view text_of(About about) {
  switch (about) {
    case About::kExchange:
      return "how often this person writes there, and since when";
    case About::kOrganisation:
      return "how often all of us do";
    case About::kDomain:
      return "letters to its domain";
    case About::kThread:
      return "the thread that this letter answers";
    case About::kRivals:
      return "others who begin with the same letters";
    case About::kCompany:
      return "the letter's other recipients";
    case About::kPast:
      return "who was in this person's last letters";
  }
  std::unreachable();
}

class Entry {
 public:
  Entry(const Inquiry& inquiry, const Evidence& evidence, Assessment& found)
      : inquiry_(inquiry),
        evidence_(evidence),
        found_(found),
        odds_(WrongEntry::shipped().odds(read_features(inquiry, evidence))) {}

  void weigh() {
    const double wrong =
        (1 - found_.probability) * std::exp(odds_.sum + kWrongEntries);
    const double all = 1 + wrong;
    for (Intended& one : found_.intended) one.probability /= all;
    found_.probability = (found_.probability + wrong) / all;
    if (wrong / all < kWorthNaming) return;
    name(wrong / all);
    say();
  }

 private:
  const Namesake* rival() const {
    for (const Namesake& one : evidence_.rivals) {
      const auto is_it = [&](const Intended& intended) {
        return ascii_iequals(intended.address, one.address);
      };
      if (!is_together(inquiry_, one.address) &&
          std::ranges::none_of(found_.intended, is_it)) {
        return &one;
      }
    }
    return nullptr;
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
    intended.terms.push_back(
        {"entry.any", "what the model says of any recipient", odds_.bias});
    for (const About about : kEveryAbout) {
      intended.terms.push_back({fmt::format("entry.{}", name_of(about)),
                                std::string(text_of(about)),
                                odds_.about(about)});
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
    if (odds_.about(About::kRivals) >= kTelling) say_rivals();
  }

  // Which one, then: all that the same letters would have offered. The weight
  // is of them together.
  void say_rivals() {
    double log_odds = odds_.about(About::kRivals);
    for (const Namesake& one : evidence_.rivals) {
      if (is_together(inquiry_, one.address)) continue;
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
    const double thread = odds_.about(About::kThread);
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
    const double company =
        odds_.about(About::kCompany) + odds_.about(About::kPast);
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
  const WrongEntryOdds odds_;
};

}  // namespace

void weigh_entry(const Inquiry& inquiry, const Evidence& evidence,
                 Assessment& found) {
  if (inquiry.person.empty() || !evidence.anything) return;
  Entry(inquiry, evidence, found).weigh();
}

}  // namespace lostletter::guard
