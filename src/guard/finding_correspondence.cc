// SPDX-License-Identifier: Apache-2.0
#include "guard/finding_correspondence.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "guard/advice.h"
#include "guard/finding_entry.h"
#include "lookalike/local_part.h"
#include "lookalike/person_lists.h"
#include "lookalike/person_prior.h"
#include "mail/address.h"

namespace lostletter::guard {
namespace {

// Guesses, to be replaced by what evaluation says. A first answer speaks for a
// name as strongly as its best neighbour's slip against it; a hundred answers
// outweigh any likeness.
constexpr double kFirstAnswer = 4;
constexpr double kEachFold = 3;  // an e-fold more of them
constexpr double kMostOneWay = 1;
constexpr double kMostUnanswered = 2;  // they write to us, we never did
// Whoever was asked and meant it has looked at the address, as whoever noted it
// down; unless letters to it came back.
constexpr double kNoted = 5;
// A colleague's letters say less than one's own.
constexpr double kColleague = 1;
// What came back was written to a wrong address, or to one that is no more.
constexpr double kBounce = 1.6;
constexpr double kMostBounces = 3;

constexpr double kMostUsual = 4;  // for whom this person writes to anyway
constexpr double kMostUsualDomain = 2;

// The same local part elsewhere is another person, or another mailbox, about as
// often as the wrong entry of an address book: worth a word, never a stop.
constexpr double kNamesake = -1;
constexpr double kMostNamesake = 0.4;
// Shorter or commoner local parts say nothing (see people.cc).
constexpr double kDistinctive = -11;

// Against one who never answered, who may be meant all the same. Where the
// typed address was written to before, nothing says which of the two is right.
constexpr double kUnproven = 2;
constexpr double kOfColleagues = 3;  // when only they wrote there
constexpr double kEither = 15;

constexpr std::uint32_t kStanding = 5;  // letters, none answered: a leak

std::string date(Seconds time) { return to_rfc3339(time).substr(0, 10); }

std::string letters(std::uint32_t count) {
  return count == 1 ? "1 letter" : fmt::format("{} letters", count);
}

// How much more, by its logarithm, this person writes to the other one than the
// world does.
double usual(const Relation& other) {
  const Exchange& address = other.person_address;
  if (address.is_two_way() || address.sent >= 3) {
    return std::min(kMostUsual, 0.5 + std::log1p(address.two_way_weight()) +
                                    0.3 * std::log1p(address.sent));
  }
  const Exchange& domain = other.person_domain;
  if (domain.is_two_way() || domain.sent >= 3) {
    return std::min(kMostUsualDomain, 0.5 * std::log1p(domain.sent));
  }
  return 0;
}

class Weighing {
 public:
  Weighing(const Inquiry& inquiry, const Evidence& evidence, Assessment& found)
      : inquiry_(inquiry),
        evidence_(evidence),
        found_(found),
        protected_(is_near_protected(found)) {
    const Relation& typed = evidence.typed;
    domain_trust_ = std::max(trust(typed.person_domain),
                             trust(typed.organisation_domain) - kColleague);
    domain_trust_ = std::max(domain_trust_, 0.0);
    address_trust_ = address_trust();
    if (protected_) {
      domain_trust_ = 0;
      address_trust_ = std::min(address_trust_, 0.0);
    }
    // Bounces count although the domain is known.
    trust_ = address_trust_ < 0 ? domain_trust_ + address_trust_
                                : std::max(domain_trust_, address_trust_);
  }

  void weigh() {
    add_namesake();
    reweigh();
    say_typed();
    say_others();
  }

 private:
  // Of the address alone, whatever its domain.
  double address_trust() const {
    const Relation& typed = evidence_.typed;
    const double person = trust(typed.person_address);
    const double colleagues = trust(typed.organisation_address) - kColleague;
    const double best =
        std::max({colleagues, typed.noted ? kNoted : 0.0, trust_confirmed()});
    return best > 0 ? std::max(person, best) : person;
  }

  bool is_confirmed() const {
    return evidence_.confirmed > 0 &&
           evidence_.typed.organisation_address.bounced == 0;
  }
  double trust_confirmed() const {
    return is_confirmed() ? kNoted + kEachFold * std::log(evidence_.confirmed)
                          : 0;
  }

  const Namesake* find_namesake() const {
    const Relation& typed = evidence_.typed;
    if (!typed.person_address.is_none() ||
        !typed.organisation_address.is_none() || typed.noted) {
      return nullptr;
    }
    for (const Namesake& one : evidence_.namesakes) {
      if (!one.with_person.is_two_way() && one.with_person.sent < 3 &&
          !one.colleague) {
        continue;
      }
      const bool listed =
          std::ranges::any_of(found_.intended, [&](const Intended& intended) {
            return ascii_iequals(intended.address, one.address);
          });
      if (!listed && says_something(one)) return &one;
    }
    return nullptr;
  }

  bool says_something(const Namesake& one) const {
    const auto at = mail::find_domain(one.address);
    if (!at) return false;
    if (!inquiry_.name.empty() &&
        name_key(one.name) == name_key(inquiry_.name)) {
      return true;
    }
    const auto local = lookalike::read_local_part(
        std::string_view(one.address).substr(0, *at - 1));
    return !lookalike::is_role(encode_utf8(local.base)) &&
           lookalike::log_plausible_person(local.base) <= kDistinctive;
  }

  // Somebody this person writes to who is called the same, elsewhere: a
  // candidate that the engine does not see, because nothing was mistyped.
  void add_namesake() {
    const Namesake* const one = find_namesake();
    if (one == nullptr) return;
    const Exchange& with = one->with_person;
    const double odds =
        std::min(kMostNamesake,
                 kNamesake - 0.3 * std::min(domain_trust_, 6.0) +
                     0.5 * std::log1p(with.two_way_weight() + 0.3 * with.sent));
    const double right = share_of_typed();
    const auto at = mail::find_domain(one->address);
    const std::string text =
        one->colleague
            ? printable(one->address, 200) + " is a colleague"
            : fmt::format("you write to {}", printable(one->address, 200));
    found_.intended.push_back({one->address,
                               one->address.substr(at.value_or(0)),
                               right * std::exp(odds),
                               "the same name at another domain",
                               {{"correspondence.namesake", text, odds}}});
    namesake_ = one;
  }

  // The engine's own sum says it better than 1 less a rounded probability.
  double share_of_typed() const {
    if (found_.intended.empty()) return 1;
    const Intended& best = found_.intended.front();
    if (best.terms.empty()) return std::max(1e-12, 1 - found_.probability);
    double sum = 0;
    for (const lookalike::Term& term : best.terms) sum += term.value;
    return best.probability * std::exp(-sum);
  }

  // Every explanation times what correspondence says for it, and all of them
  // one again.
  void reweigh() {
    if (found_.intended.empty()) return;
    const double right = share_of_typed();
    double unnamed = found_.probability;
    double sum = 0;
    for (std::size_t i = 0; i < found_.intended.size(); ++i) {
      Intended& one = found_.intended[i];
      const Relation* const other =
          i < evidence_.others.size() ? &evidence_.others[i] : nullptr;
      if (other != nullptr) unnamed -= one.probability;
      const double against = trust_against(one);
      const double usually = other != nullptr ? usual(*other) : 0;
      const double doubt = other != nullptr ? doubt_about(one, *other) : 0;
      add_terms(one, against, usually, doubt);
      one.probability *= std::exp(usually - against - doubt);
      sum += one.probability;
    }
    unnamed = std::max(unnamed, 0.0) * std::exp(-trust_);
    const double all = right + sum + unnamed;
    for (Intended& one : found_.intended) one.probability /= all;
    found_.probability = (sum + unnamed) / all;
    std::ranges::stable_sort(found_.intended, std::ranges::greater(),
                             &Intended::probability);
  }

  // At the same domain, only what is known of the address itself counts.
  double trust_against(const Intended& one) const {
    return one.domain == found_.domain ? address_trust_ : trust_;
  }

  // There, one who never answered may be as wrong as what was typed.
  double doubt_about(const Intended& one, const Relation& other) const {
    // Who answers is learnt now and then: this one may have done so meanwhile.
    if (one.domain != found_.domain ||
        one.standing == lookalike::Standing::kKnown ||
        other.organisation_address.is_two_way()) {
      return 0;
    }
    if (evidence_.typed.organisation_address.sent > 0) return kEither;
    return kUnproven + (other.person_address.sent > 0 ? 0 : kOfColleagues);
  }

  void add_terms(Intended& one, double against, double usually,
                 double doubt) const {
    const auto add = [&](std::string_view id, std::string_view text,
                         std::string_view address, double value) {
      if (value == 0) return;
      one.terms.push_back({fmt::format("correspondence.{}", id),
                           fmt::format("{} {}", text, printable(address, 200)),
                           value});
    };
    constexpr std::string_view kExchanged = "letters exchanged with";
    add("typed", kExchanged, found_.address, -against);
    add("intended", kExchanged, one.address, usually);
    add("unanswered", "against: no answer ever came from", one.address, -doubt);
  }

  void say(std::string_view id, double log_odds, std::string text) {
    found_.findings.push_back(
        {fmt::format("correspondence.{}", id), log_odds, std::move(text)});
  }

  void say_typed() {
    const Relation& typed = evidence_.typed;
    const Exchange& person = typed.person_address;
    const Exchange& all = typed.organisation_address;
    const std::string address = printable(found_.address, 200);
    if (!typed.organisation_domain.is_none() && protected_) {
      say("needs-allow", 0,
          fmt::format("whatever was exchanged with {}: a name so near to a "
                      "protected one is right only when `allow` has it",
                      printable(found_.domain, 200)));
    }
    if (person.bounced > 0 && person.sent == 0) {
      say("bounced", -trust_,
          fmt::format("{} of yours to {} came back", letters(person.bounced),
                      address));
    } else if (person.is_two_way() || all.is_two_way()) {
      const Exchange& of = person.is_two_way() ? person : all;
      say("known", -trust_,
          fmt::format("{}: {} sent to {} and {} received, the last on {}",
                      &of == &person ? "you know it" : "colleagues know it",
                      letters(of.sent), address, of.received, date(of.last)));
    } else if (all.sent >= kStanding && found_.probability >= 0.5) {
      say("standing-leak", -trust_,
          fmt::format("{} went to {} since {}, and no answer came: perhaps all "
                      "of them are lost",
                      letters(all.sent), address, date(all.first)));
    } else if (typed.noted) {
      say("noted", -trust_, fmt::format("{} is in an address book", address));
    } else if (is_confirmed()) {
      say_confirmed(address);
    } else if (person.is_none() && evidence_.anything) {
      say_first_contact(address);
    }
  }

  void say_confirmed(const std::string& address) {
    say("confirmed", -trust_,
        fmt::format("{} asked about {} before, and meant it",
                    evidence_.confirmed == 1
                        ? "somebody here was"
                        : fmt::format("{} of you were", evidence_.confirmed),
                    address));
  }

  void say_first_contact(const std::string& address) {
    const Relation& typed = evidence_.typed;
    if (typed.organisation_domain.is_none()) {
      say("first-contact", 0,
          fmt::format("nobody here has ever written to {}, or heard from it",
                      printable(found_.domain, 200)));
    } else if (typed.organisation_address.is_none()) {
      say("first-contact", -trust_,
          fmt::format("nobody here has ever written to {}, or heard from it",
                      address));
    } else if (!inquiry_.person.empty()) {
      say("first-contact-of-person", -trust_,
          fmt::format("you have never written to {}; colleagues have",
                      address));
    }
  }

  void say_others() {
    if (found_.intended.empty()) return;
    const Intended& best = found_.intended.front();
    if (namesake_ != nullptr && best.address == namesake_->address) {
      if (namesake_->colleague) return say_colleague(*namesake_);
      return say_usual(*namesake_, best.terms.front().value);
    }
    for (std::size_t i = 0; i < inquiry_.others.size(); ++i) {
      const Exchange& with = evidence_.others[i].person_address;
      if (inquiry_.others[i] == best.address && with.sent > 0 &&
          evidence_.typed.person_address.is_none()) {
        return say_usual({best.address, "", with}, usual(evidence_.others[i]));
      }
    }
  }

  void say_colleague(const Namesake& one) {
    say("external-namesake", found_.intended.front().terms.front().value,
        fmt::format("your colleague {} has the same name",
                    printable(one.address, 200)));
  }

  void say_usual(const Namesake& one, double log_odds) {
    say("other-one", log_odds,
        fmt::format("you always write to {}: {}, the last on {}",
                    printable(one.address, 200), letters(one.with_person.sent),
                    date(one.with_person.last)));
  }

  const Inquiry& inquiry_;
  const Evidence& evidence_;
  Assessment& found_;
  const bool protected_;
  double domain_trust_ = 0;
  double address_trust_ = 0;
  double trust_ = 0;  // of both together
  const Namesake* namesake_ = nullptr;
};

}  // namespace

bool is_near_protected(const Assessment& found) {
  return std::ranges::any_of(found.findings, [](const Finding& finding) {
    return finding.id.starts_with("lookalike.protected");
  });
}

bool is_judged_by_engine(const Assessment& found) {
  return found.verdict != Verdict::kBlocked &&
         found.verdict != Verdict::kInvalid &&
         std::ranges::none_of(found.findings, [](const Finding& finding) {
           return finding.id.starts_with("rule.") ||
                  finding.id == "address.syntax";
         });
}

double trust(const Exchange& exchange) {
  if (exchange.is_two_way()) {
    return kFirstAnswer + kEachFold * std::log1p(exchange.two_way_weight());
  }
  if (exchange.sent == 0 && exchange.bounced > 0) {
    return -std::min(kMostBounces, kBounce * std::sqrt(exchange.bounced));
  }
  if (exchange.sent > 0) {
    return std::min(kMostOneWay, 0.2 * std::log1p(exchange.weight));
  }
  return std::min(kMostUnanswered, 0.7 * std::log1p(exchange.weight));
}

Inquiry inquiry_about(const Assessment& found, std::string_view person,
                      std::string_view name, Seconds now) {
  Inquiry inquiry;
  inquiry.person = person;
  inquiry.address = found.address;
  if (const auto at = mail::find_domain(found.address)) {
    inquiry.address.resize(*at);
    inquiry.address += found.domain;
  }
  inquiry.name = name;
  for (const Intended& one : found.intended) {
    inquiry.others.push_back(one.address);
  }
  inquiry.now = now;
  return inquiry;
}

void weigh_correspondence(const Inquiry& inquiry, const Evidence& evidence,
                          Assessment& found) {
  if (is_judged_by_engine(found)) {
    Weighing(inquiry, evidence, found).weigh();
    weigh_entry(inquiry, evidence, found);
  }
  advise(evidence, found);
}

}  // namespace lostletter::guard
