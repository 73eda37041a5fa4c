// SPDX-License-Identifier: Apache-2.0
#include "hold/mta.h"

#include <array>
#include <cstddef>

namespace lostletter::hold {

std::string_view to_string(Sent sent) {
  constexpr std::array<std::string_view, 5> kWords = {
      "accepted", "deferred", "refused", "cancelled", "uncertain"};
  return kWords[static_cast<std::size_t>(sent)];
}

}  // namespace lostletter::hold
