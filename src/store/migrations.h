// SPDX-License-Identifier: Apache-2.0
//
// The schema as the steps that led to it, numbered from 1 without gaps. A
// database carries the number of the last step it has taken, and takes the
// missing ones in one transaction. A step that has been released is never
// edited: a change is a new step.
#pragma once

#include <span>

#include "store/sqlite.h"

namespace lostletter::store {

struct Migration {
  int version;
  const char* sql;
};
std::span<const Migration> migrations();

// What the file says about itself, read at one moment.
struct Schema {
  bool empty = true;  // a new file, without a table
  bool ours = false;
  int version = 0;
};
Schema read_schema(Database& database);

// Throws when it belongs to another program, or to a newer one of ours.
void require_known(const Database& database, const Schema& schema,
                   std::span<const Migration> steps);

// Takes the missing steps, all or none. Several processes may try at once.
void migrate(Database& database, std::span<const Migration> steps);

}  // namespace lostletter::store
