// SPDX-License-Identifier: Apache-2.0
//
// Engine look-ups per second with the names shipped: a name known, a slip, a
// name of no likeness, and the plain scan of the formula beside them.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "lookalike/engine.h"
#include "lookalike/index.h"

namespace lostletter::lookalike {
namespace {

const Engine& engine() {
  static const Engine built(built_in_names(), built_in_options());
  return built;
}

void judge_all(benchmark::State& state, const std::vector<std::string>& names) {
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(engine().judge(names[i++ % names.size()]));
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["names"] = static_cast<double>(engine().size());
}

void known_name(benchmark::State& state) {
  judge_all(state, {"gmail.com", "army.mil", "gov.uk", "us.army.mil"});
}
BENCHMARK(known_name);

void slip(benchmark::State& state) {
  judge_all(state, {"army.ml", "gmial.com", "us.amry.ml", "hotmail.comm"});
}
BENCHMARK(slip);

void no_likeness(benchmark::State& state) {
  judge_all(state, {"kunsthalle-bremen.de", "smithandsons.co.uk",
                    "zweibruecken-tourist.example", "acme-widgets.net"});
}
BENCHMARK(no_likeness);

// What the index saves: asking every known name in turn.
void plain_scan(benchmark::State& state) {
  std::vector<Entry> known;
  for (const KnownName& name : built_in_names()) {
    const auto dot = name.name.rfind('.');
    known.push_back(make_entry(
        std::u32string(name.name.begin(), name.name.end()), dot + 1));
  }
  const Entry typed = make_entry(U"us.amry.ml", 8);
  for (auto _ : state) {
    std::size_t found = 0;
    for (const Entry& one : known) found += is_candidate(one, typed);
    benchmark::DoNotOptimize(found);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(plain_scan);

void build(benchmark::State& state) {
  for (auto _ : state) {
    const Engine built(built_in_names(), built_in_options());
    benchmark::DoNotOptimize(built.size());
  }
}
BENCHMARK(build)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lostletter::lookalike
