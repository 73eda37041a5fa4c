// SPDX-License-Identifier: Apache-2.0
#include "ask.h"

#include <utility>

#include "guard/assess.h"

namespace lostletter::eval {

// The rule of guard/assess.cc for a valid address. The assessor itself never
// leaves a known name out, so it cannot be asked.
Answer ask(const lookalike::Engine& engine, const std::string& typed,
           lookalike::Engine::Self self) {
  constexpr double kOverwhelming = 0.99;
  const guard::Rules rules;
  const auto judgement = engine.judge(typed, self);
  Answer answer;
  answer.probability = judgement.probability;
  if (!judgement.intended.empty()) {
    answer.first = judgement.intended.front().name;
    answer.share =
        judgement.intended.front().probability / judgement.probability;
  }
  answer.misdirected = judgement.probability >=
                       (judgement.tied ? kOverwhelming : rules.misdirected_at);
  answer.doubtful =
      !answer.misdirected && judgement.probability >= rules.doubtful_at;
  return answer;
}

std::vector<std::string> shipped_names() {
  std::vector<std::string> names;
  for (auto& one : lookalike::built_in_names()) {
    names.push_back(std::move(one.name));
  }
  return names;
}

std::unique_ptr<const lookalike::Engine> make_engine(
    const std::vector<std::string>& known) {
  auto names = lookalike::built_in_names();
  for (const auto& name : known) {
    names.push_back({name, lookalike::Source::kKnown, 1});
  }
  return std::make_unique<const lookalike::Engine>(
      std::move(names), lookalike::built_in_options());
}

}  // namespace lostletter::eval
