// SPDX-License-Identifier: Apache-2.0
//
// Asks the engine about those whom we wrote to: who else may have been meant,
// by the address alone and by what was exchanged.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "guard/assess.h"
#include "scan/coincidence.h"
#include "scan/ledger.h"
#include "scan/traffic.h"

namespace lostletter::scan {

struct SplitAddress {
  std::string_view local;
  std::string_view domain;
};
// At the '@' before the domain; all of it is the domain where there is none.
SplitAddress split_address(std::string_view text);

// One address that something is to be said of.
struct Suspect {
  Id id = 0;
  Id domain = 0;
  std::string intended;
  bool by_domain = false;  // the name behind the '@' is the wrong one
  bool near_protected = false;
  Likeness alike = {};  // of the names, where these are what is wrong
  double probability = 0;
  // Empty where another one of the same names is likelier: its are told.
  std::vector<guard::Finding> findings;
};

class Examiner {
 public:
  // All of them must outlive it. `doubtful_at`: from there on a name resembles
  // another.
  Examiner(const Ledger& ledger, const Traffic& traffic,
           const guard::Assessor& assessor, double doubtful_at)
      : names_(&ledger.names()),
        traffic_(&traffic),
        assessor_(&assessor),
        doubtful_at_(doubtful_at) {}

  // Nothing when nobody else can be meant. Quickest by domain.
  std::optional<Suspect> examine(Id id);
  // Whether its answers speak for it.
  bool is_believed(const Suspect& suspect) const;

  // Domains of those examined that resemble another, whatever was exchanged.
  const std::unordered_map<Id, Likeness>& alike() const { return alike_; }

 private:
  void note_alike(Id domain);

  const Names* names_;
  const Traffic* traffic_;
  const guard::Assessor* assessor_;
  double doubtful_at_;
  guard::RecentDomains recent_;
  guard::Assessment found_;
  std::unordered_map<Id, Likeness> alike_;
};

struct Examined {
  std::vector<Suspect> suspects;  // in the order of traffic.correspondents()
  std::unordered_map<Id, Likeness> alike;
};

// All correspondents, by so many threads; of the suspects those as probable as
// `least` whose answers do not speak for them. `progress` is called by the
// caller's thread, before the first and after the last of them at least, and
// may throw.
Examined examine_all(
    const std::function<Examiner()>& make, const Ledger& ledger,
    const Traffic& traffic, double least, unsigned threads,
    const std::function<void(std::size_t done, std::size_t all)>& progress);

}  // namespace lostletter::scan
