// SPDX-License-Identifier: Apache-2.0
//
// Forgetting correspondence by age and by number. A table of ten million rows
// has no index by age, which would cost as much as the rows: a hand goes round
// like a clock's, some thousand rows a call, and remembers where it stands.
#pragma once

#include <cstddef>

#include "store/connection.h"
#include "store/store.h"

namespace lostletter::store {

// The number of rows removed.
std::size_t sweep_correspondence(Connection& writer, Seconds now,
                                 const Retention& retention);

}  // namespace lostletter::store
