// SPDX-License-Identifier: Apache-2.0
//
// Messages of the DNS as a resolver sends them (RFC 1035 4.1). Pure: what is
// decoded here came from strangers, and is fuzzed (tests/fuzz/dns_fuzz.cc).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lostletter::dns {

// The types that are understood; records of any other are passed over.
enum class Type : std::uint16_t {
  kA = 1,
  kNs = 2,
  kCname = 5,
  kSoa = 6,
  kMx = 15,
  kTxt = 16,
  kAaaa = 28,
};

// Names are in lower case without the last dot; the root is "."; bytes other
// than letters, digits, '-' and '_' are written \DDD (RFC 1035 5.1), so that a
// name is always printable.
struct Record {
  std::string owner;
  Type type = Type::kA;
  std::uint32_t ttl = 0;         // seconds
  std::string data;              // kNs, kCname, kMx: a name; kA, kAaaa: an
                                 // address; kTxt: its strings, joined
  std::uint16_t preference = 0;  // kMx
  std::uint32_t minimum = 0;     // kSoa: negative TTL (RFC 2308 4)

  bool operator==(const Record&) const = default;
};

// RFC 1035 4.1.1; others are failures of the server.
inline constexpr int kNoError = 0;
inline constexpr int kNameError = 3;

struct Message {
  std::uint16_t id = 0;
  bool truncated = false;
  bool authentic = false;  // AD: the resolver vouches for it (RFC 4035 3.2.3)
  int code = 0;
  std::string question;  // its name; empty when there is none
  Type question_type = Type::kA;
  std::vector<Record> answers;
  std::vector<Record> authority;
};

// A response. Sections behind a truncation are what arrived of them; anything
// else that is not whole is an error.
Result<Message> parse_message(std::string_view bytes);

}  // namespace lostletter::dns
