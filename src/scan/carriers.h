// SPDX-License-Identifier: Apache-2.0
//
// Who runs the mail of a name, as far as a log tells: the host that took its
// letters. A host that takes those of nearly all names is our own way out, and
// tells nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
  // How many letters to a domain an operator took.
  struct Taken {
    Id domain = 0;
    Id by = 0;  // in names_
    std::uint64_t letters = 0;
  };

  static void sum_up(std::vector<Taken>& all);
  std::vector<bool> ways_out(const std::vector<Taken>& all,
                             const guard::Us& us) const;
  bool is_before(const Taken& a, const Taken& b) const;

  Texts names_;                  // of operators
  std::vector<Taken> carriers_;  // one a domain, in order
};

}  // namespace lostletter::scan
