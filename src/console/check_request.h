// SPDX-License-Identifier: Apache-2.0
//
// The body of POST /api/v1/check as addresses. Three forms:
//
//   application/json   {"address":"ann@example.com"}
//   application/json   {"addresses":["ann@example.com","bob@example.org"]}
//   text/plain         one a line; empty lines do not count
//
// What an address may be is the guard's business: here they are any text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lostletter::console {

inline constexpr std::size_t kMostAddresses = 1000;

// In the order given, duplicates kept, at least one. The error names the line
// or the member.
Result<std::vector<std::string>> parse_json_request(std::string_view body);
Result<std::vector<std::string>> parse_text_request(std::string_view body);

}  // namespace lostletter::console
