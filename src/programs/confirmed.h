// SPDX-License-Identifier: Apache-2.0
//
// What a sender has confirmed to a guard, for `check --from --state`: these
// addresses the guard lets through, whatever they resemble.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "guard/assess.h"
#include "mail/address.h"
#include "store/open.h"

namespace lostletter::programs {

class Confirmed {
 public:
  // A directory without a store has nothing confirmed.
  static Result<Confirmed> open(const store::StoreAddress& address,
                                const mail::Address& sender);

  // Lets a confirmed address through: action and a finding; the verdict stays.
  void apply(guard::Assessment& assessment) const;

 private:
  Confirmed() = default;

  std::unique_ptr<store::Store> store_;  // may be none
  std::vector<std::string> submitters_;  // who the sender may be to the gate
};

}  // namespace lostletter::programs
