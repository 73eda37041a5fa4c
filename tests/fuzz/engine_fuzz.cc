// SPDX-License-Identifier: Apache-2.0
//
// The engine on any bytes behind an '@': probabilities stay probabilities, an
// intended name is one it knows or completed, and the same question gets the
// same answer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "domain/name.h"
#include "lookalike/engine.h"

namespace {

using lostletter::lookalike::Engine;

const Engine& engine() {
  static const Engine built(lostletter::lookalike::built_in_names(),
                            lostletter::lookalike::built_in_options());
  return built;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view typed(reinterpret_cast<const char*>(data), size);
  const auto found = engine().judge(typed);
  require(found.probability >= 0 && found.probability <= 1);
  double sum = 0;
  for (const auto& candidate : found.intended) {
    require(candidate.probability >= 0 && candidate.probability <= 1);
    require(lostletter::domain::Name::parse(candidate.name).has_value());
    require(!candidate.edit.empty());
    sum += candidate.probability;
  }
  require(sum <= found.probability + 1e-6 || !found.findings.empty());
  for (const auto& finding : found.findings) {
    require(lostletter::is_valid_utf8(finding.text));
    require(finding.text.find('\n') == finding.text.npos);
  }
  require(engine().judge(typed).probability == found.probability);
  return 0;
}
