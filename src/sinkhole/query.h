// SPDX-License-Identifier: Apache-2.0
//
// Somebody's mail server asked where mail to a name goes. Whoever runs the name
// server of a wrong name, or a resolver, sees that without receiving any mail.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "archive/log_line.h"
#include "base/clock.h"
#include "base/result.h"

namespace lostletter::sinkhole {

enum class Answered : std::uint8_t {
  kNotTold,  // the question was written down, its answer not
  kNoName,   // NXDOMAIN
  kOther,
};

// A question for MX records.
struct Query {
  std::string day;     // "2026-11-24"
  std::string name;    // lower-case, without the last dot
  std::string client;  // its address; empty: not told
  Answered answered = Answered::kNotTold;

  bool operator==(const Query&) const = default;
};

// The response that one dnstap payload carries (dnstap.info: AUTH_RESPONSE and
// CLIENT_RESPONSE). Nothing for other messages and other questions; the error
// is about bytes that are no dnstap.
Result<std::optional<Query>> read_dnstap(std::string_view payload);

// Lines of query logs, whichever they are:
//   unbound, log-queries, log-replies, log-tag-queryreply
//   BIND 9, querylog and responselog
// with the date in front that they write to files, or in syslog. NSD and Knot
// DNS write dnstap.
class QueryLog {
 public:
  // For dates without a year: no line is later than `modified`.
  explicit QueryLog(Seconds modified) : lines_(modified, {}) {}

  // Nothing when the line is no question for MX records.
  std::optional<Query> read(std::string_view line);

 private:
  archive::LogLines lines_;
};

}  // namespace lostletter::sinkhole
