// SPDX-License-Identifier: Apache-2.0
//
// A confirmation as Store::confirm() writes it, for whoever writes more in the
// same transaction.
#pragma once

#include "store/postgres_session.h"
#include "store/store.h"

namespace lostletter::store {

// One statement.
void write_confirmation(PostgresSession& session,
                        const Confirmation& confirmation);

}  // namespace lostletter::store
