// SPDX-License-Identifier: Apache-2.0
//
// What a store remembers of correspondence, for `check` and
// `explain`: who a person, and the organisation, exchanges letters with.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/assess.h"
#include "store/open.h"

namespace lostletter::programs {

class Memory {
 public:
  // A place without a store remembers nothing. `person` may be empty: then
  // only the organisation is asked about.
  static Result<Memory> open(const store::StoreAddress& address,
                             std::string person);

  // For build_assessor().
  std::vector<store::Familiar> familiar() const;

  // What we all exchanged with a domain.
  guard::Exchange exchanged_with(const std::string& domain) const;

  // Weighs what is remembered into a judgement of an address that was given
  // with this display name. Says so when it cannot be known.
  void weigh(const guard::Assessor& assessor, guard::Mode mode,
             std::string_view name, guard::Assessment& found) const;

 private:
  Memory() = default;

  std::string person_;
  std::unique_ptr<store::Store> store_;  // may be none
  std::unique_ptr<guard::Correspondence> correspondence_;
};

}  // namespace lostletter::programs
