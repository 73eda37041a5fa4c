// SPDX-License-Identifier: Apache-2.0
//
// Whole addresses a second against 100,000 known people, a fifth of them at one
// provider: a known address, a slip of one, somebody new where many are known,
// and a domain where nobody is. What the engine says of the domain is given.
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "lookalike/people.h"

namespace lostletter::lookalike {
namespace {

constexpr std::size_t kKnown = 100'000;

using Address = std::pair<std::string, std::string>;

class World {
 public:
  World() {
    for (std::size_t i = 0; i < kKnown; ++i) {
      known_.emplace_back(person(), domain(i));
    }
  }

  const std::vector<Address>& known() const { return known_; }
  People people() const {
    std::vector<KnownAddress> addresses;
    for (const auto& [local, domain] : known_) {
      addresses.push_back({local, domain, 1});
    }
    return People(std::move(addresses));
  }
  // "kelo.marita", "kmarita", "marita7"
  std::string person() {
    const std::string given = word(2);
    const std::string family = word(3);
    switch (random_() % 3) {
      case 0:
        return given + '.' + family;
      case 1:
        return given.substr(0, 1) + family;
      default:
        return family + std::to_string(random_() % 100);
    }
  }

 private:
  static std::string domain(std::size_t i) {
    return i % 5 == 0 ? "gmail.com"
                      : "clinic" + std::to_string(i % 4096) + ".example";
  }
  std::string word(int syllables) {
    static constexpr std::string_view kConsonants = "bcdfghklmnprstvw";
    static constexpr std::string_view kVowels = "aeiou";
    std::string text;
    for (int i = 0; i < syllables; ++i) {
      text += kConsonants[random_() % kConsonants.size()];
      text += kVowels[random_() % kVowels.size()];
    }
    return text;
  }

  std::mt19937 random_{7};
  std::vector<Address> known_;
};

World& world() {
  static World built;
  return built;
}

const People& people() {
  static const People built = world().people();
  return built;
}

void judge_all(benchmark::State& state, const std::vector<Address>& addresses) {
  people();
  Judgement clear;
  clear.known = true;
  std::size_t i = 0;
  std::size_t said = 0;
  for (auto _ : state) {
    const auto& [local, domain] = addresses[i++ % addresses.size()];
    said += people().judge(local, domain, clear).has_value();
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["known"] = static_cast<double>(people().size());
  state.counters["said"] = static_cast<double>(said) / static_cast<double>(i);
}

void known_address(benchmark::State& state) {
  judge_all(state, world().known());
}
BENCHMARK(known_address);

void slip(benchmark::State& state) {
  auto addresses = world().known();
  for (auto& [local, domain] : addresses) std::swap(local[1], local[2]);
  judge_all(state, addresses);
}
BENCHMARK(slip);

void somebody_new(benchmark::State& state) {
  auto addresses = world().known();
  for (auto& [local, domain] : addresses) local = world().person();
  judge_all(state, addresses);
}
BENCHMARK(somebody_new);

void domain_of_nobody(benchmark::State& state) {
  auto addresses = world().known();
  for (auto& [local, domain] : addresses) {
    local = world().person();
    domain = "other.example";
  }
  judge_all(state, addresses);
}
BENCHMARK(domain_of_nobody);

void build(benchmark::State& state) {
  world();
  for (auto _ : state) {
    const People built = world().people();
    benchmark::DoNotOptimize(built.size());
  }
}
BENCHMARK(build)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lostletter::lookalike
