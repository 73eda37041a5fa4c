// SPDX-License-Identifier: Apache-2.0
#include "guard/advice.h"

#include <fmt/format.h>

#include "base/text.h"

namespace lostletter::guard {

void advise(const Evidence& evidence, Assessment& found) {
  for (const Missing& one : evidence.missing) {
    found.findings.push_back(
        {"correspondence.missing-recipient", 0,
         fmt::format("{} of your {} letters to {} went to {} too", one.letters,
                     evidence.typed.person_address.sent,
                     printable(found.address, 200),
                     printable(one.address, 200))});
  }
}

}  // namespace lostletter::guard
