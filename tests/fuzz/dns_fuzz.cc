// SPDX-License-Identifier: Apache-2.0
//
// What strangers send as answers: read without harm, names printable and no
// longer than names are, and nothing believed of what was not asked.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "dns/answer.h"
#include "dns/message.h"
#include "dns/shelf.h"

using namespace lostletter;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// 255 octets, each at most four characters.
void require_name(std::string_view name) {
  require(name.size() <= 4 * 255);
  for (const char c : name) require(c > ' ' && c < 127);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // The same bytes as what a store kept: what is read is written the same.
  if (const auto kept = dns::answer_from(bytes)) {
    const auto again = dns::answer_from(dns::to_bytes(*kept));
    require(again && again->records == kept->records &&
            again->outcome == kept->outcome);
  }
  const auto message = dns::parse_message(bytes);
  if (!message) {
    require(!message.error().message.empty());
    return 0;
  }
  for (const auto* section : {&message->answers, &message->authority}) {
    for (const dns::Record& record : *section) {
      require_name(record.owner);
      require(record.ttl <= 0x7FFFFFFFU);
      if (record.type != dns::Type::kTxt) require_name(record.data);
    }
  }
  for (const dns::Type type : {dns::Type::kMx, dns::Type::kA}) {
    const auto answer = dns::read_answer(*message, message->question, type);
    require((answer.outcome == dns::Outcome::kData) == !answer.records.empty());
    require(answer.ttl <= dns::kMostTtl && answer.ttl.count() >= 0);
    if (answer.outcome == dns::Outcome::kUnknown) {
      require(answer.ttl.count() == 0);
    }
    for (const dns::Record& record : answer.records) {
      require(record.type == type && record.owner == answer.canonical);
    }
    require(dns::read_answer(*message, message->question + "x", type).outcome ==
            dns::Outcome::kUnknown);
  }
  return 0;
}
