// SPDX-License-Identifier: Apache-2.0
//
// From root to a user of our own, once and for good.
#pragma once

#include <string>

#include <sys/types.h>

#include "base/result.h"

namespace lostletter::programs {

struct Identity {
  std::string name;
  uid_t user = 0;
  gid_t group = 0;
};

bool is_root();

Result<Identity> find_user(const std::string& name);

// Gives a path of ours to the user. Errors name the path.
Result<void> give(const std::string& path, const Identity& to);

// Becomes the user, with their groups; there is no way back. REQUIRES:
// is_root().
Result<void> become(const Identity& identity);

}  // namespace lostletter::programs
