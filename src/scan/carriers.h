// SPDX-License-Identifier: Apache-2.0
//
// Who runs the mail of a name, as far as a log tells: the host that took its
// letters. A host that takes those of nearly all names is our own way out, and
// tells nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "guard/us.h"
#include "scan/ledger.h"

namespace lostletter::scan {

class Carriers {
 public:
  Carriers(const Ledger& ledger, const guard::Us& us);

  // The registrable domain of that host, or its address; of several the one
  // that took most. Empty when it is not told.
  std::string of(Id domain) const;

 private:
  struct Carrier {
    std::uint64_t letters = 0;
    std::string name = {};
  };
  std::map<Id, Carrier> carriers_;
};

}  // namespace lostletter::scan
