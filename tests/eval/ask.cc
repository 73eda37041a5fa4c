// SPDX-License-Identifier: Apache-2.0
#include "ask.h"

#include <stdexcept>
#include <utility>

#include "files.h"
#include "guard/assess.h"
#include "lookalike/index.h"

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

ChannelPtr load_channel(const std::string& path) {
  std::string text;
  for (const auto& line : read_lines(path)) text += line + '\n';
  auto channel = lookalike::Channel::parse(text);
  if (!channel) {
    throw std::runtime_error(path + ": " + channel.error().message);
  }
  return std::make_shared<const lookalike::Channel>(std::move(*channel));
}

std::unique_ptr<const lookalike::Engine> make_engine(
    const std::vector<std::string>& known, ChannelPtr channel) {
  std::vector<std::shared_ptr<const lookalike::Index>> layers = {
      lookalike::built_in_index()};
  if (!known.empty()) {
    std::vector<lookalike::KnownName> names;
    names.reserve(known.size());
    for (const auto& name : known) {
      names.push_back({name, lookalike::Source::kKnown, 1});
    }
    layers.push_back(std::make_shared<const lookalike::Index>(
        lookalike::Index::build(names)));
  }
  auto options = lookalike::built_in_options();
  options.channel = std::move(channel);
  return std::make_unique<const lookalike::Engine>(std::move(layers),
                                                   std::move(options));
}

}  // namespace lostletter::eval
