// SPDX-License-Identifier: Apache-2.0
#include "lookalike/person_case.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace lostletter::lookalike {
namespace {

constexpr std::size_t kMostCandidates = 5;
constexpr double kWorthNaming = 0.01;
// Of two intended addresses neither is preferred below this share of the sum.
constexpr double kPreferred = 0.65;

// What a logarithm may be off by, made from shares; less is no term.
constexpr double kNothing = 1e-4;

// The proposal: the known person's address, with the tag that was typed.
std::string local_part_of(const PersonHypothesis& h, const PersonCase& of) {
  if (!h.is_slip()) return std::string(of.written);
  if (of.local.tag.empty()) return h.person->written;
  const LocalPart known = read_local_part(h.person->written);
  if (!known.tag.empty() || h.person->written.starts_with('"')) {
    return h.person->written;
  }
  return h.person->written + encode_utf8(of.local.tag);
}

Standing standing_of(const PersonHypothesis& h) {
  return h.person != nullptr ? h.person->standing : Standing::kKnown;
}

std::string edit_of(const PersonHypothesis& h, const PersonCase& of) {
  if (h.elsewhere) {
    return "domain: " + std::string(of.domain) + " for " +
           std::string(h.domain);
  }
  std::string text = h.candidate != nullptr ? h.candidate->edit : "";
  if (h.is_slip()) {
    if (!text.empty()) text += "; ";
    text += slip_edit(h.slip, h.person->base, of.local.base);
  }
  return text;
}

// ln of how much likelier this domain was meant than the typed one.
double log_odds_of_domain(const PersonHypothesis& h, const PersonCase& of) {
  return h.candidate != nullptr ? h.log_domain - of.typed.log_domain : 0;
}

Finding person_finding(const PersonHypothesis& best, const PersonCase& of) {
  const double log_odds =
      best.log_weight() - of.log_meant - log_odds_of_domain(best, of);
  const std::string local(of.written);
  const std::string domain(best.domain);
  const std::string known = local_part_of(best, of) + '@' + domain;
  if (best.elsewhere) {
    return {"person.other-domain", log_odds,
            printable(local, 100) + " is known at " + domain +
                ", nobody of that name at " + printable(of.domain, 100)};
  }
  const bool is_known = standing_of(best) == Standing::kKnown;
  if (!best.is_slip()) {
    return {"person.known", log_odds,
            printable(known, 200) +
                (is_known ? " is a known address" : " is a correspondent")};
  }
  const std::string_view at = best.candidate != nullptr ? domain : of.domain;
  return {"person." + slip_id(best.slip), log_odds,
          slip_sentence(best.slip, local + '@' + std::string(at), known,
                        is_known ? "the known address" : "the correspondent")};
}

// The terms of the log-odds against the address being right.
class Arithmetic {
 public:
  Arithmetic(const PersonHypothesis& h, const PersonCase& of) : h_(h), of_(of) {
    if (h.elsewhere) {
      add("person.other-domain", "people have more than one mailbox",
          std::log(kOtherPlaceOdds));
      return;
    }
    add_domain();
    add_person();
    add_against();
  }
  std::vector<Term> terms() && { return std::move(terms_); }

 private:
  void add(std::string id, std::string text, double value) {
    if (std::abs(value) < kNothing) return;
    terms_.push_back({std::move(id), std::move(text), value});
  }

  // What the engine said of the name; all of it where it gave no terms.
  void add_domain() {
    if (h_.candidate == nullptr) return;
    double rest = log_odds_of_domain(h_, of_);
    for (const Term& term : h_.candidate->terms) {
      rest -= term.value;
      terms_.push_back(term);
    }
    const bool none = h_.candidate->terms.empty();
    add("domain",
        none ? h_.candidate->name + " meant, by its name alone"
             : "what rounds the shares of names",
        rest);
  }

  void add_person() {
    const std::string at(h_.domain);
    if (h_.person == nullptr) {
      add("person.new-there", "letters to " + at + " that go to new people",
          h_.log_kind);
      return;
    }
    add("person.known-share",
        "letters to " + at + " that go to people known there", h_.log_kind);
    add("person.share", "of these, to " + printable(h_.person->written, 80),
        h_.log_person);
    add("person.slip",
        h_.is_slip() ? slip_edit(h_.slip, h_.person->base, of_.local.base) : "",
        h_.slip.log_likelihood);
  }

  void add_against() {
    const std::string shown = printable(of_.written, 80);
    add("person.new-share",
        "against: letters to " + printable(of_.domain, 100) +
            " that go to new people",
        -of_.typed.log_kind);
    if (h_.person != nullptr) {
      add("person.new-name", "against: a new person is called " + shown,
          -of_.log_new);
    }
    add("person.neighbour", "against: somebody else who is called nearly so",
        of_.typed.log_weight() - of_.log_meant);
  }

  const PersonHypothesis& h_;
  const PersonCase& of_;
  std::vector<Term> terms_;
};

}  // namespace

double log_add(double a, double b) {
  const double most = std::max(a, b);
  if (!std::isfinite(most)) return most;
  return most + std::log(std::exp(a - most) + std::exp(b - most));
}

AddressJudgement conclude(PersonCase& of) {
  std::ranges::stable_sort(of.found, std::ranges::greater(),
                           &PersonHypothesis::log_weight);
  double log_all = log_add(of.log_meant, of.log_mistake);
  for (const PersonHypothesis& h : of.found) {
    log_all = log_add(log_all, h.log_weight());
  }
  AddressJudgement judgement;
  judgement.probability =
      std::clamp(1 - std::exp(of.log_meant - log_all), 0.0, 1.0);
  for (const PersonHypothesis& h : of.found) {
    const double share = std::exp(h.log_weight() - log_all);
    if (share < kWorthNaming || judgement.intended.size() == kMostCandidates) {
      break;
    }
    judgement.intended.push_back({local_part_of(h, of), std::string(h.domain),
                                  share, edit_of(h, of),
                                  Arithmetic(h, of).terms(), standing_of(h)});
  }
  if (judgement.intended.empty()) return judgement;
  judgement.tied = judgement.intended.front().probability <
                   kPreferred * judgement.probability;
  const PersonHypothesis& best = of.found.front();
  if (best.candidate != nullptr) judgement.findings = of.of_domain.findings;
  if (best.person != nullptr) {
    judgement.findings.push_back(person_finding(best, of));
  }
  return judgement;
}

}  // namespace lostletter::lookalike
