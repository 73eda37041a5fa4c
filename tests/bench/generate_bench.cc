// SPDX-License-Identifier: Apache-2.0
//
// How many wrong names are made a second, on one core, without printing them:
// each with its probability, and each counted once however many slips lead to
// it.
#include <benchmark/benchmark.h>

#include "exposure/generate.h"
#include "exposure/targets.h"
#include "lookalike/engine.h"

namespace {

using namespace lostletter;

void generate(benchmark::State& state, const char* name, double mass) {
  const std::vector<std::shared_ptr<const lookalike::Index>> layers = {
      lookalike::built_in_index()};
  const auto targets =
      exposure::usual_targets(domain::Name::parse(name).value(), layers, 51);
  std::size_t made = 0;
  std::size_t listed = 0;
  for (auto _ : state) {
    const auto found = exposure::generate(lookalike::Channel::built_in(),
                                          targets, {.mass = mass, .most = 0});
    made += found.made;
    listed = found.candidates.size();
    benchmark::DoNotOptimize(found.weight);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(made));
  state.counters["listed"] = static_cast<double>(listed);
  state.counters["targets"] = static_cast<double>(targets.size());
}

}  // namespace

BENCHMARK_CAPTURE(generate, army_mil, "army.mil", 0.99);
BENCHMARK_CAPTURE(generate, army_mil_0999, "army.mil", 0.999);
BENCHMARK_CAPTURE(generate, example_com, "example.com", 0.99);
BENCHMARK_CAPTURE(generate, stanford_edu, "stanford.edu", 0.99);
