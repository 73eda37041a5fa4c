// SPDX-License-Identifier: Apache-2.0
//
// What the DNS said before, of names we have something to do with: where the
// mail of a partner went when letters last went both ways, and which mail hosts
// the wrong names share. Names change hands, and whoever buys one that expired
// sends its mail to where they send that of all the others.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "dns/facts.h"
#include "guard/name_service.h"
#include "store/names.h"

namespace lostletter::dns {

// So many wrong names on one mail host are no accident.
inline constexpr std::size_t kLeastClutch = 3;

// Throws what the store throws.
class NameMemory {
 public:
  // Both outlive it.
  NameMemory(store::NameFacts& facts, const Clock& clock)
      : facts_(facts), clock_(clock) {}

  // Notes what `found` says of the name asked about, and adds to `told` what is
  // remembered. Only names that take mail have anything to remember.
  void consider(const guard::NameQuestion& asked, const Facts& found,
                guard::NameFacts& told);

 private:
  // Of businesses, not of one's own: registered parts of mail hosts' names.
  std::string clutch_among(const std::vector<std::string>& hosts);
  void add_to_clutches(const std::string& name,
                       const std::vector<std::string>& hosts);
  void consider_partner(const guard::NameQuestion& asked,
                        const std::vector<std::string>& hosts,
                        guard::NameFacts& told);

  store::NameFacts& facts_;
  const Clock& clock_;
};

}  // namespace lostletter::dns
