// SPDX-License-Identifier: Apache-2.0
//
// The schema in PostgreSQL, as the steps that led to it (store/migrations.h has
// SQLite's, with the same tables and columns). The number of the last step
// taken is in the table lostletter_schema.
#pragma once

#include <span>

#include "store/migrations.h"
#include "store/postgres_pool.h"

namespace lostletter::store {

std::span<const Migration> postgres_migrations();

// 0: nothing of ours is there.
int postgres_schema(PostgresPool& pool);

// Throws when it is newer than this program knows.
void require_known(const PostgresPool& pool, int version,
                   std::span<const Migration> steps);

// Takes the missing steps, all or none. Several guards may try at once.
void migrate(PostgresPool& pool, std::span<const Migration> steps);

}  // namespace lostletter::store
