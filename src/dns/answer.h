// SPDX-License-Identifier: Apache-2.0
//
// What a resolver's message says about one question, and nothing that it says
// about anything else.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "dns/message.h"

namespace lostletter::dns {

enum class Outcome {
  kData,    // there are records
  kNoData,  // the name exists, of this type there is nothing
  kNoName,  // NXDOMAIN: neither it nor anything below it (RFC 8020)
  // SERVFAIL, REFUSED, no answer in time, nonsense: nothing is known, least of
  // all that the name does not exist.
  kUnknown,
};

struct Answer {
  Outcome outcome = Outcome::kUnknown;
  std::vector<Record> records;  // of kData: of the type asked for, only these
  std::string canonical;        // where the CNAMEs led; the name without any
  bool authentic = false;       // the resolver verified it (AD)
  std::chrono::seconds ttl{0};  // how long it holds; 0: not a moment
};

// Longer than this nothing is believed (RFC 8767 has a week, RFC 2308 5 three
// hours for what is not there): names change hands.
inline constexpr std::chrono::seconds kMostTtl = std::chrono::hours(24);
inline constexpr std::chrono::seconds kMostNegativeTtl = std::chrono::hours(3);

// Follows CNAMEs from the name asked for; records of other owners, which only
// poisoners send, are not seen. A message to another question says nothing.
Answer read_answer(const Message& message, std::string_view name, Type type);

}  // namespace lostletter::dns
