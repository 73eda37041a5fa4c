// SPDX-License-Identifier: Apache-2.0
//
// Candidates once the DNS was asked about them: which take mail, through whom,
// and what that costs in letters a year.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dns/facts.h"
#include "exposure/candidate.h"
#include "exposure/forecast.h"
#include "smtp/probe.h"

namespace lostletter::exposure {

struct Surveyed {
  Candidate candidate;
  std::optional<dns::Facts> facts;  // nothing: nobody was asked
  bool known = false;               // a name in its own right: a list has it
  // What its mail host said of an address that nobody has, if it was asked.
  std::optional<smtp::ProbeResult> probe = {};
  std::string cluster;  // the business whose mail hosts it shares with others
  // Letters a year: that are typed so, and that are taken there.
  double typed = 0;
  double expected = 0;

  dns::Known accepts() const {
    return facts ? facts->accepts() : dns::Known::kUnknown;
  }
};

// Mail hosts to which several of the names lead.
struct Cluster {
  std::string hosts;      // the registered part of their names
  std::size_t names = 0;  // registered parts of candidates that lead there
  double expected = 0;    // letters a year
};

struct Survey {
  std::vector<Surveyed> names;    // in the candidates' order
  std::vector<Cluster> clusters;  // the most letters, then names, first
  Estimate expected;              // of all that take mail
};

// So many strangers on one mail host are no accident.
inline constexpr std::size_t kLeastCluster = 3;

// Weighs what was found. `letters`: a year, to the name and its sub-domains.
// `facts` has an entry for each candidate, or none at all. `is_known` says
// whether others correspond with exactly that name.
Survey survey(std::vector<Candidate> candidates,
              std::vector<std::optional<dns::Facts>> facts, double letters,
              const std::function<bool(const std::string&)>& is_known);

}  // namespace lostletter::exposure
