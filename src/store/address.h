// SPDX-License-Identifier: Apache-2.0
//
// Where a store is: "sqlite:DIRECTORY", "postgresql://USER@HOST/DATABASE", or
// "postgresql:host=a,b dbname=lostletter", as the option `store` has it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter::store {

struct StoreAddress {
  enum class Kind { kSqlite, kPostgres };

  Kind kind = Kind::kSqlite;
  std::string where;  // an absolute directory, or what libpq takes

  // The error never repeats the text: there may be a password in it.
  static Result<StoreAddress> parse(std::string_view text);

  // "sqlite:/var/lib/lostletter", "postgresql://ann@db1,db2:5433/lostletter":
  // for people. Never a password.
  std::string to_string() const;

  // A password, or the key of one, stands in it.
  bool has_secret() const;

  bool operator==(const StoreAddress&) const = default;
};

// What libpq is given: `where` with our defaults for what it leaves open.
// REQUIRES: of PostgreSQL, and parsed.
std::string to_conninfo(const StoreAddress& address);

}  // namespace lostletter::store
