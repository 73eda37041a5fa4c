// SPDX-License-Identifier: Apache-2.0
//
// A store moved to another back end, table by table, with its numbers, its
// secret and its action log as they are.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/address.h"

namespace lostletter::store {

struct MovedTable {
  std::string name;
  std::size_t before = 0;  // rows where they came from
  std::size_t after = 0;   // rows where they are now

  bool operator==(const MovedTable&) const = default;
};

// Copies everything from one to the other. The target must be empty, and is
// filled in one transaction: after a failure it is empty still, and the move
// may be repeated. Both schemas are brought up to date first. Nobody must write
// to the source meanwhile.
Result<std::vector<MovedTable>> move_store(const StoreAddress& from,
                                           const StoreAddress& to);

}  // namespace lostletter::store
