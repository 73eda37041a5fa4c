// SPDX-License-Identifier: Apache-2.0
//
// Addresses as `log_addresses` allows them in logs and in stored records: as
// they are, as keyed hashes (the same address gives the same hash, nobody
// without the store's secret can guess it), or their domains only.
#pragma once

#include <string>
#include <string_view>

#include "gate/options.h"
#include "guard/assess.h"

namespace lostletter::gate {

class Privacy {
 public:
  // `secret`: store::Store::secret().
  Privacy(LogAddresses how, std::string secret);

  // "ann@army.ml" -> "ann@army.ml", "4f1c...", "*@army.ml".
  std::string address(std::string_view address) const;
  // "login:ann" -> "login:ann", "4f1c...", "login:*".
  std::string submitter(std::string_view key) const;
  // Sentences and names within it follow the same rule.
  guard::Assessment assessment(guard::Assessment found) const;

 private:
  LogAddresses how_;
  std::string secret_;
};

}  // namespace lostletter::gate
