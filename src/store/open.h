// SPDX-License-Identifier: Apache-2.0
//
// The one place that decides which back end a store has.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/address.h"
#include "store/store.h"

namespace lostletter::store {

// Opens or creates it, and migrates its schema. The error says what to do; a
// schema newer than this program is refused. `busy` bounds every wait for a
// lock, and for a free connection.
Result<std::unique_ptr<Store>> open_store(
    const StoreAddress& address,
    std::chrono::milliseconds busy = std::chrono::milliseconds(500));

// To read beside running guards: nothing is made, nothing migrated.
Result<std::unique_ptr<Store>> open_store_reader(const StoreAddress& address);

// Whether what is written waits for a second server: for `doctor`.
struct Replication {
  enum class State {
    kNotReplicated,  // SQLite, or no standby is connected
    kAsynchronous,   // a failover may lose what was answered with "yes"
    kSynchronous,
  };
  State state = State::kNotReplicated;
  std::string detail;  // one sentence for the operator
};
Result<Replication> replication_state(const StoreAddress& address);

}  // namespace lostletter::store
