// SPDX-License-Identifier: Apache-2.0
//
// Lines of bytes: all but the last are known addresses, the last is asked for.
// The probability is one, the shares do not exceed it, and what is known is
// known.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "lookalike/people.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace lostletter;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<lookalike::KnownAddress> known;
  const auto lines = split(text, '\n');
  const auto divide = [](std::string_view line) {
    const auto at = std::min(line.rfind('@'), line.size());
    return std::pair(line.substr(0, at),
                     line.substr(std::min(at + 1, line.size())));
  };
  for (const auto line : lines) {
    const auto [local, domain] = divide(line);
    if (&line != &lines.back()) {
      known.push_back({std::string(local), std::string(domain), 1});
    }
  }
  const lookalike::People people(known);
  lookalike::Judgement of_domain;
  of_domain.probability = 0.3;
  if (!known.empty()) of_domain.intended.push_back({known[0].domain, 0.2, "x"});
  const auto [local, domain] = divide(lines.back());
  const auto judged = people.judge(local, domain, of_domain);
  if (judged) {
    assert(judged->probability >= 0 && judged->probability <= 1);
    assert(judged->intended.size() <= 5);
    double sum = 0;
    for (const auto& one : judged->intended) sum += one.probability;
    assert(sum <= judged->probability + 1e-9);
    assert(judged->known == people.knows(local, domain));
  }
  for (const auto& one : known) {
    assert(people.knows(one.local_part, one.domain));
  }
  return 0;
}
