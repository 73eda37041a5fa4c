// SPDX-License-Identifier: Apache-2.0
//
// One question of People: everything that may have been meant by an address,
// weighed, and what is concluded and said from it.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "lookalike/local_part.h"
#include "lookalike/people.h"
#include "lookalike/slip.h"

namespace lostletter::lookalike {

// The same person at another provider, or under another suffix of the same
// organisation: people have more than one mailbox, so it is worth a word and
// never a stop.
inline constexpr double kOtherPlaceOdds = 1.5;

// ln(exp(a) + exp(b))
double log_add(double a, double b);

struct Person {
  std::string written;  // the local part
  std::string domain;   // as given: "googlemail.com"
  std::u32string base;  // LocalPart::base
  std::string place;    // the canonical domain: "gmail.com"
  double weight;
  Standing standing;
};

// One explanation of what was typed: this person, or somebody new, at this
// domain. Its weight is a product; these are the logarithms of its factors.
struct PersonHypothesis {
  std::string_view domain;
  const Candidate* candidate = nullptr;  // the domain is another than typed
  const Person* person = nullptr;        // nobody: somebody new
  bool elsewhere = false;                // known only at another place
  Slip slip = {};
  double log_domain = 0;  // this domain was meant
  double log_kind = 0;    // its letters to known, or to new, people
  double log_person = 0;  // of those, to this one

  double log_weight() const {
    return log_domain + log_kind + log_person + slip.log_likelihood;
  }
  // Is the local part another than the one meant?
  bool is_slip() const {
    return person != nullptr && !elsewhere &&
           (slip.kind != SlipKind::kEdits || !slip.edits.empty());
  }
};

struct PersonCase {
  LocalPart local;
  std::string_view written;  // the local part
  std::string_view domain;
  const Judgement& of_domain;
  bool written_to = false;  // the typed one is Standing::kWrittenTo
  double log_new = 0;       // ln P(somebody new is called so)
  // The address is right: `typed` is somebody new at the typed domain;
  // log_meant has beside it those who are called nearly like somebody known.
  PersonHypothesis typed = {};
  double log_meant = -std::numeric_limits<double>::infinity();
  // It is wrong, and nothing to say of it.
  double log_mistake = -std::numeric_limits<double>::infinity();
  std::vector<PersonHypothesis> found = {};

  // Of two who are only written to, nothing says which is the right one.
  bool may_mean(const Person& person) const {
    return !written_to || person.standing == Standing::kKnown;
  }
};

AddressJudgement conclude(PersonCase& of);

}  // namespace lostletter::lookalike
