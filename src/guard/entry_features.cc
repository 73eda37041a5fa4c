// SPDX-License-Identifier: Apache-2.0
#include "guard/entry_features.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "guard/past_fit.h"

namespace lostletter::guard {
namespace {

constexpr double kNever = 9999;        // days
constexpr double kLeastShare = 0.005;  // of past letters, of whoever has none

double days_since(Seconds then, Seconds now) {
  if (then == Seconds()) return kNever;
  return std::chrono::duration<double, std::chrono::days::period>(now - then)
      .count();
}

double log_ratio(double a, double b) { return std::log((a + 0.5) / (b + 0.5)); }

std::string_view domain_of(std::string_view address) {
  return address.substr(address.rfind('@') + 1);
}

bool is_of_domain(std::string_view address, std::string_view other) {
  return ascii_iequals(domain_of(address), domain_of(other));
}

// What somebody's letters say of this recipient and the letter's other ones: a
// mean over these, or the most. Shares are of letters: those to both, of those
// to the other one (given), of those to either (alike).
struct Pairing {
  double given = 0;
  double most_given = 0;
  double log_given = 0;
  double alike = 0;
  double together = 0;   // letters
  double strangers = 0;  // share of those never written to together with it

  // So many letters to both, to the other one, to this one; `share` of the
  // others it is, and `more` letters to each are taken for granted.
  void add(double both, double other, double sent, double more, double share) {
    const double now = (both + 0.1) / (other + more);
    given += now * share;
    most_given = std::max(most_given, now);
    log_given += std::log((both + 0.2) / (other + more)) * share;
    alike += (both + 0.05) / (std::max(0.0, sent + other - both) + 1) * share;
    together += both * share;
    strangers += both == 0 ? share : 0;
  }
};

struct Company {
  Pairing own;
  Pairing all;       // of us
  double gives = 0;  // of the person's to this one, those to both
  double most_gives = 0;
  double sent = 0;  // the most letters to one of them
  double weight = 0;
  double same_domain = 0;  // share
};

Company read_company(const Inquiry& inquiry, const Evidence& evidence) {
  Company sum;
  const double sent = evidence.typed.person_address.sent;
  const double sent_by_all = evidence.typed.organisation_address.sent;
  const double share =
      1 / std::max(1.0, static_cast<double>(evidence.together.size()));
  for (const Companion& other : evidence.together) {
    sum.own.add(other.letters, other.with_person.sent, sent, 1, share);
    sum.all.add(other.organisation_letters, other.with_organisation.sent,
                sent_by_all, 2, share);
    const double gives = (other.letters + 0.1) / (sent + 1);
    sum.gives += gives * share;
    sum.most_gives = std::max(sum.most_gives, gives);
    sum.sent = std::max<double>(sum.sent, other.with_person.sent);
    sum.weight += other.with_person.weight * share;
  }
  for (const std::string& other : inquiry.together) {
    if (is_of_domain(other, inquiry.address)) {
      sum.same_domain += 1 / static_cast<double>(inquiry.together.size());
    }
  }
  return sum;
}

// The most among those who begin alike and are not in the letter.
struct Rival {
  double sent = 0;
  double weight = 0;
  double last = kNever;
};

Rival read_rivals(const Inquiry& inquiry, const Evidence& evidence) {
  Rival most;
  for (const Namesake& rival : evidence.rivals) {
    if (is_together(inquiry, rival.address)) continue;
    const Exchange& with = rival.with_person;
    most.sent = std::max<double>(most.sent, with.sent);
    most.weight = std::max(most.weight, with.weight);
    most.last = std::min(most.last, days_since(with.last, inquiry.now));
  }
  return most;
}

enum Place { kNew, kUnknown, kInIt, kDomainInIt, kNotInIt };

Place place_in_thread(const Inquiry& inquiry, const Thread& thread) {
  if (inquiry.thread.empty()) return kNew;
  if (!thread.known) return kUnknown;
  if (thread.address) return kInIt;
  return thread.domain ? kDomainInIt : kNotInIt;
}

// How much better, by its logarithm, the address fits than the letter's others
// do among the rest of it: their mean, the one that fits best, or worst.
struct Standing {
  double over_mean = 0;
  double over_most = 0;  // 0 at most
  double over_least = 0;
};

Standing stand(const PastFits& past) {
  if (past.company.empty()) return {};
  const double own = std::log(past.typed.share);
  double sum = 0;
  double most = own;
  double least = own;
  for (const double share : past.company) {
    const double other = std::log(share);
    sum += other;
    most = std::max(most, other);
    least = std::min(least, other);
  }
  return {own - sum / static_cast<double>(past.company.size()), own - most,
          own - least};
}

struct Recipient {
  const Inquiry& inquiry;
  const Evidence& evidence;
  const Company company;
  const Rival rival;
  const PastFits past;
  const Standing standing;

  const Exchange& own() const { return evidence.typed.person_address; }
  const Exchange& all() const { return evidence.typed.organisation_address; }
  double days(Seconds then) const { return days_since(then, inquiry.now); }
};

struct Row {
  EntryFeature feature;
  double (*read)(const Recipient& of);
};
using R = Recipient;

constexpr Row kRows[] = {
    {{"sent", About::kExchange},
     [](const R& of) { return 1.0 * of.own().sent; }},
    {{"received", About::kExchange},
     [](const R& of) { return 1.0 * of.own().received; }},
    {{"last", About::kExchange},
     [](const R& of) { return of.days(of.own().last); }},
    {{"first", About::kExchange},
     [](const R& of) { return of.days(of.own().first); }},
    {{"weight", About::kExchange}, [](const R& of) { return of.own().weight; }},
    {{"sent-by-others", About::kOrganisation},
     [](const R& of) { return 1.0 * of.all().sent - of.own().sent; }},
    {{"last-of-all", About::kOrganisation},
     [](const R& of) { return of.days(of.all().last); }},
    {{"weight-of-all", About::kOrganisation},
     [](const R& of) { return of.all().weight; }},
    {{"sent-to-domain", About::kDomain},
     [](const R& of) { return 1.0 * of.evidence.typed.person_domain.sent; }},
    {{"sent-to-domain-by-all", About::kDomain},
     [](const R& of) {
       return 1.0 * of.evidence.typed.organisation_domain.sent;
     }},
    {{"colleague", About::kDomain},
     [](const R& of) {
       return is_of_domain(of.inquiry.person, of.inquiry.address) ? 1.0 : 0.0;
     }},
    {{"thread", About::kThread},
     [](const R& of) {
       return 1.0 * int{place_in_thread(of.inquiry, of.evidence.thread)};
     }},
    {{"rival-sent", About::kRivals}, [](const R& of) { return of.rival.sent; }},
    {{"rival-weight", About::kRivals},
     [](const R& of) { return of.rival.weight; }},
    {{"rival-last", About::kRivals}, [](const R& of) { return of.rival.last; }},
    {{"rival-rank", About::kRivals},
     [](const R& of) { return log_ratio(of.own().sent, of.rival.sent); }},
    {{"company", About::kCompany},
     [](const R& of) {
       return static_cast<double>(of.evidence.together.size());
     }},
    {{"given", About::kCompany},
     [](const R& of) { return of.company.own.given; }},
    {{"most-given", About::kCompany},
     [](const R& of) { return of.company.own.most_given; }},
    {{"gives", About::kCompany}, [](const R& of) { return of.company.gives; }},
    {{"most-gives", About::kCompany},
     [](const R& of) { return of.company.most_gives; }},
    {{"alike", About::kCompany},
     [](const R& of) { return of.company.own.alike; }},
    {{"log-given", About::kCompany},
     [](const R& of) { return of.company.own.log_given; }},
    {{"together", About::kCompany},
     [](const R& of) { return of.company.own.together; }},
    {{"strangers", About::kCompany},
     [](const R& of) { return of.company.own.strangers; }},
    {{"sent-to-company", About::kCompany},
     [](const R& of) { return of.company.sent; }},
    {{"rank", About::kCompany},
     [](const R& of) { return log_ratio(of.own().sent, of.company.sent); }},
    {{"weight-of-company", About::kCompany},
     [](const R& of) { return of.company.weight; }},
    {{"given-by-all", About::kCompany},
     [](const R& of) { return of.company.all.given; }},
    {{"most-given-by-all", About::kCompany},
     [](const R& of) { return of.company.all.most_given; }},
    {{"alike-to-all", About::kCompany},
     [](const R& of) { return of.company.all.alike; }},
    {{"log-given-by-all", About::kCompany},
     [](const R& of) { return of.company.all.log_given; }},
    {{"together-of-all", About::kCompany},
     [](const R& of) { return of.company.all.together; }},
    {{"strangers-to-all", About::kCompany},
     [](const R& of) { return of.company.all.strangers; }},
    {{"same-domain", About::kCompany},
     [](const R& of) { return of.company.same_domain; }},
    {{"past-share", About::kPast},
     [](const R& of) { return of.past.typed.share; }},
    {{"past-closest", About::kPast},
     [](const R& of) { return of.past.typed.closest; }},
    {{"past-letters", About::kPast},
     [](const R& of) { return of.past.typed.letters; }},
    {{"past-margin", About::kPast},
     [](const R& of) { return of.past.typed.closest - of.past.without; }},
    {{"past-over-mean", About::kPast},
     [](const R& of) { return of.standing.over_mean; }},
    {{"past-over-most", About::kPast},
     [](const R& of) { return of.standing.over_most; }},
    {{"past-over-least", About::kPast},
     [](const R& of) { return of.standing.over_least; }},
    {{"rival-past-share", About::kRivals},
     [](const R& of) { return of.past.rival.share; }},
    {{"rival-past-closest", About::kRivals},
     [](const R& of) { return of.past.rival.closest; }},
    {{"rival-past-letters", About::kRivals},
     [](const R& of) { return of.past.rival.letters; }},
    {{"rival-past-rank", About::kRivals},
     [](const R& of) {
       return std::log(of.past.typed.share /
                       (of.past.rival.share + kLeastShare));
     }},
};

}  // namespace

std::string_view name_of(About about) {
  switch (about) {
    case About::kExchange:
      return "exchange";
    case About::kOrganisation:
      return "organisation";
    case About::kDomain:
      return "domain";
    case About::kThread:
      return "thread";
    case About::kRivals:
      return "rivals";
    case About::kCompany:
      return "company";
    case About::kPast:
      return "past";
  }
  std::unreachable();
}

std::span<const EntryFeature> entry_features() {
  static constexpr auto kFeatures = [] {
    std::array<EntryFeature, std::size(kRows)> all{};
    std::ranges::transform(kRows, all.begin(), &Row::feature);
    return all;
  }();
  return kFeatures;
}

std::vector<double> read_features(const Inquiry& inquiry,
                                  const Evidence& evidence) {
  const PastFits past = fit_past(evidence.past, evidence.together.size());
  const Recipient of = {inquiry,
                        evidence,
                        read_company(inquiry, evidence),
                        read_rivals(inquiry, evidence),
                        past,
                        stand(past)};
  std::vector<double> values;
  values.reserve(std::size(kRows));
  for (const Row& row : kRows) values.push_back(row.read(of));
  return values;
}

}  // namespace lostletter::guard
