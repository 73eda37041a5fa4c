// SPDX-License-Identifier: Apache-2.0
#include "dns/answer.h"

#include <algorithm>
#include <cstdint>

namespace lostletter::dns {
namespace {

// Longer chains are circles, or meant to keep us busy.
constexpr int kMostAliases = 12;

std::chrono::seconds negative_ttl(const Message& message) {
  // RFC 2308 5: the lesser of the SOA's TTL and its minimum; without one the
  // answer must not be kept.
  for (const Record& record : message.authority) {
    if (record.type != Type::kSoa) continue;
    return std::min(kMostNegativeTtl,
                    std::chrono::seconds(std::min(record.ttl, record.minimum)));
  }
  return std::chrono::seconds(0);
}

}  // namespace

Answer read_answer(const Message& message, std::string_view name, Type type) {
  Answer answer;
  answer.canonical = name;
  const bool other = message.question != name || message.question_type != type;
  if (other || message.truncated ||
      (message.code != kNoError && message.code != kNameError)) {
    return answer;
  }
  answer.authentic = message.authentic;
  std::uint32_t ttl = UINT32_MAX;
  for (int aliases = 0; aliases <= kMostAliases; ++aliases) {
    const Record* alias = nullptr;
    for (const Record& record : message.answers) {
      if (record.owner != answer.canonical) continue;
      if (record.type == type) {
        answer.records.push_back(record);
        ttl = std::min(ttl, record.ttl);
      } else if (record.type == Type::kCname) {
        alias = &record;
      }
    }
    if (!answer.records.empty() || alias == nullptr) {
      if (!answer.records.empty()) {
        answer.outcome = Outcome::kData;
        answer.ttl = std::min(kMostTtl, std::chrono::seconds(ttl));
      } else {
        answer.outcome =
            message.code == kNameError ? Outcome::kNoName : Outcome::kNoData;
        answer.ttl = std::min(negative_ttl(message), std::chrono::seconds(ttl));
      }
      return answer;
    }
    ttl = std::min(ttl, alias->ttl);
    answer.canonical = alias->data;
  }
  return answer;  // a circle: unknown
}

}  // namespace lostletter::dns
