// SPDX-License-Identifier: Apache-2.0
//
// A confirmation as Store::confirm() writes it, for whoever writes more in the
// same transaction.
#pragma once

#include "store/sqlite.h"
#include "store/store.h"

namespace lostletter::store {

// REQUIRES: within a transaction.
void write_confirmation(Database& database, const Confirmation& confirmation);

}  // namespace lostletter::store
