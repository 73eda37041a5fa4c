// SPDX-License-Identifier: Apache-2.0
//
// Expected trouble is a value: what a person typed, what a peer sent, what is
// not there. A message says what is wrong, where, and what to do about it. The
// world failing (disk, database, peer) is an exception; a bug is an assertion.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace lostletter {

struct Error {
  std::string message;  // one line, no trailing full stop, safe to print

  bool operator==(const Error&) const = default;
};

template <typename T>
using Result = std::expected<T, Error>;

// return fail("address has no '@'");
inline std::unexpected<Error> fail(std::string message) {
  return std::unexpected(Error{std::move(message)});
}

}  // namespace lostletter
