// SPDX-License-Identifier: Apache-2.0
#include "guard/finding_name.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace lostletter::guard {
namespace {

// Of names really written to hardly one in two hundred takes no mail; of typing
// errors about half are not registered, or take none. Real names are parked, or
// made by a wildcard, once in a few hundred; wrong ones that exist, often.
// Guesses, until they are evaluated.
constexpr double kUndeliverable = 4.5;
constexpr double kParked = 3.0;
constexpr double kWildcard = 2.0;
constexpr double kClutch = 3.0;
constexpr double kMoved = 5.0;

// A partner's name that somebody else may have bought is not mistyped; it is
// doubtful, whatever is known of those who had it.
constexpr double kMovedIsDoubtful = 0.6;

struct Said {
  std::string id;
  double log_odds = 0;
  std::string text;
};

Said what_it_says(const NameFacts& facts, const std::string& name) {
  switch (facts.mail) {
    case Mail::kNoSuchName:
      return {"dns.no-such-name", kUndeliverable,
              fmt::format("there is no such name as {}", name)};
    case Mail::kNoService:
      return {"dns.no-mail", kUndeliverable,
              fmt::format("{} takes no mail: it has neither mail hosts nor an "
                          "address",
                          name)};
    case Mail::kNull:
      return {"dns.null-mx", kUndeliverable,
              fmt::format("{} says that it takes no mail (null MX)", name)};
    case Mail::kUnknown:
      return {"dns.unknown", 0,
              fmt::format("whether {} takes mail cannot be known at the moment",
                          name)};
    case Mail::kTaken:
      break;
  }
  if (!facts.moved_to.empty()) {
    return {"dns.moved", kMoved,
            fmt::format("mail to {} went to {} when letters last went both "
                        "ways, and now goes to {}, where wrong and parked "
                        "names go: it may have changed hands",
                        name, printable(facts.moved_from, 120),
                        printable(facts.moved_to, 120))};
  }
  if (!facts.clutch_at.empty()) {
    return {"dns.cluster", kClutch,
            fmt::format("mail to {} goes to {}, as that to several wrong names "
                        "does",
                        name, printable(facts.clutch_at, 120))};
  }
  if (!facts.parked_at.empty()) {
    return {"dns.parked", kParked,
            fmt::format("{} leads to {}, of a business that parks names", name,
                        printable(facts.parked_at, 120))};
  }
  if (!facts.wildcard.empty()) {
    return {"dns.wildcard", kWildcard,
            fmt::format("{} exists only because any name below {} does", name,
                        printable(facts.wildcard, 120))};
  }
  return {};
}

// All that may have been meant gains on what was typed.
void reweigh(const Said& said, Assessment& found) {
  const double gain = std::exp(said.log_odds);
  const double all = 1 - found.probability + found.probability * gain;
  found.probability = found.probability * gain / all;
  for (Intended& one : found.intended) {
    one.probability = one.probability * gain / all;
    one.terms.push_back({said.id, said.text, said.log_odds});
  }
}

}  // namespace

void weigh_name(const NameFacts& facts, Assessment& found) {
  Said said = what_it_says(facts, printable(found.domain, 200));
  if (said.id.empty()) return;
  if (said.log_odds > 0 && !found.intended.empty()) reweigh(said, found);
  if (!facts.moved_to.empty()) {
    found.probability = std::max(found.probability, kMovedIsDoubtful);
  }
  found.findings.push_back(
      {std::move(said.id), said.log_odds, std::move(said.text)});
}

}  // namespace lostletter::guard
