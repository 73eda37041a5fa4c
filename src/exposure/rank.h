// SPDX-License-Identifier: Apache-2.0
//
// Rows by weight, as far as somebody reads them. Nine in ten of the names made
// are worth next to nothing and are not listed: a count by exponent finds where
// the list may end, and only what is above is sorted.
#pragma once

#include <cstdint>
#include <vector>

#include "exposure/table.h"

namespace lostletter::exposure {

struct Ranked {
  double weight = 0;
  std::uint32_t number = 0;  // of the row
};

// The heaviest first, of equal ones the one made first: as many as weigh
// `wanted` together, some more, and all neighbours. REQUIRES: weights are not
// negative.
std::vector<Ranked> rank(const std::vector<Row>& rows, double wanted);

}  // namespace lostletter::exposure
