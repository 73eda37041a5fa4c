// SPDX-License-Identifier: Apache-2.0
//
// The index by itself, on one thread: look-ups a second and their percentiles
// for names that are unknown, one or two slips from a known one, and known, at
// 100,000 and 1,000,000 names; what a file costs in bytes, memory and time. In
// the same run two yardsticks: the plain formula asked of every name, and the
// textbook's symmetric deletes in a hash map (prefix 7, distance 2).
//
//     index_bench [--list=FILE]   one name a line: every other one is indexed,
//                                 those between are asked
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <benchmark/benchmark.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lookalike/distance.h"
#include "lookalike/index.h"
#include "lookalike/typed.h"
#include "tests/bench/name_maker.h"

namespace lostletter::lookalike {
namespace {

using bench::NameMaker;
constexpr std::size_t kQuestions = 100'000;

// Read already, and few enough to be at hand, as what was just typed is: the
// index is to be measured, not where questions are kept.
struct Questions {
  static constexpr std::size_t kMost = 4096;
  std::vector<Entry> entries;

  explicit Questions(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (entries.size() == kMost) break;
      if (auto typed = read_typed(name)) entries.push_back(typed->entry);
    }
  }
};

struct World {
  std::string title;
  std::vector<std::string> names;
  std::vector<std::string> unknown;
  std::vector<std::string> slips;
  Index index;

  World(std::string called, std::vector<std::string> known,
        std::vector<std::string> others, NameMaker& maker)
      : title(std::move(called)),
        names(std::move(known)),
        unknown(std::move(others)) {
    for (std::size_t i = 0; i < kQuestions; ++i) {
      slips.push_back(maker.slipped(names[maker.below(names.size())]));
    }
    std::vector<KnownName> ranked;
    for (const std::string& name : names) {
      ranked.push_back(
          {name, Source::kPopularity, static_cast<double>(ranked.size() + 1)});
    }
    index = Index::build(ranked);
  }
};

const World& made(std::size_t count) {
  static std::unordered_map<std::size_t, World> worlds;
  const auto at = worlds.find(count);
  if (at != worlds.end()) return at->second;
  NameMaker maker(1);
  auto names = maker.names(count);
  auto unknown = maker.names(kQuestions, names);
  return worlds
      .try_emplace(count, std::to_string(count) + " made names",
                   std::move(names), std::move(unknown), maker)
      .first->second;
}

double since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

// Percentiles of single look-ups, from a round of its own with a clock around
// each.
void add_percentiles(benchmark::State& state, const Index& index,
                     const Questions& questions) {
  std::vector<std::uint32_t> found;
  std::vector<double> times;
  std::size_t candidates = 0;
  for (const Entry& one : questions.entries) {
    const auto start = std::chrono::steady_clock::now();
    index.candidates(one, found);
    times.push_back(since(start) * 1e6);
    candidates += found.size();
  }
  std::ranges::sort(times);
  state.counters["p50_us"] = times[times.size() / 2];
  state.counters["p99_us"] = times[times.size() * 99 / 100];
  state.counters["candidates"] = static_cast<double>(candidates) /
                                 static_cast<double>(questions.entries.size());
}

void look_up(benchmark::State& state, const World& world,
             const std::vector<std::string>& names) {
  const Questions questions(names);
  std::vector<std::uint32_t> found;
  std::size_t i = 0;
  for (auto _ : state) {
    world.index.candidates(questions.entries[i], found);
    benchmark::DoNotOptimize(found.data());
    i = i + 1 == questions.entries.size() ? 0 : i + 1;
  }
  state.SetItemsProcessed(state.iterations());
  add_percentiles(state, world.index, questions);
}

std::vector<std::string> some_of(const World& world) {
  NameMaker maker(2);
  std::vector<std::string> asked;
  for (std::size_t i = 0; i < kQuestions; ++i) {
    asked.push_back(world.names[maker.below(world.names.size())]);
  }
  return asked;
}

void find(benchmark::State& state, const World& world) {
  const auto asked = some_of(world);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(world.index.find(asked[i]));
    i = i + 1 == asked.size() ? 0 : i + 1;
  }
  state.SetItemsProcessed(state.iterations());
}

void find_many(benchmark::State& state, const World& world) {
  const auto asked = some_of(world);
  const std::vector<std::string_view> names(asked.begin(), asked.end());
  std::vector<std::optional<std::uint32_t>> found(names.size());
  for (auto _ : state) {
    world.index.find(names, found);
    benchmark::DoNotOptimize(found.data());
  }
  state.SetItemsProcessed(state.iterations() * std::ssize(names));
}

void read(benchmark::State& state, const World& world) {
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(read_typed(world.unknown[i]));
    i = i + 1 == world.unknown.size() ? 0 : i + 1;
  }
  state.SetItemsProcessed(state.iterations());
}

void build(benchmark::State& state, const World& world) {
  std::vector<KnownName> known;
  for (const std::string& name : world.names) {
    known.push_back({name, Source::kPopularity, 1});
  }
  for (auto _ : state) benchmark::DoNotOptimize(Index::build(known).size());
}

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// A file mapped, opened, asked: its size, the time, the memory it took.
void open(benchmark::State& state, const World& world) {
  std::FILE* const file = std::tmpfile();
  const auto bytes = world.index.bytes();
  std::fwrite(bytes.data(), 1, bytes.size(), file);
  std::fflush(file);
  const Questions questions(world.slips);
  std::vector<std::uint32_t> found;
  double resident = 0;
  for (auto _ : state) {
    const std::size_t before = resident_bytes();
    auto* const at = static_cast<std::byte*>(::mmap(
        nullptr, bytes.size(), PROT_READ, MAP_SHARED, ::fileno(file), 0));
    const auto index = Index::open({at, bytes.size()}, nullptr);
    state.PauseTiming();
    for (const Entry& one : questions.entries) index->candidates(one, found);
    resident =
        static_cast<double>(resident_bytes()) - static_cast<double>(before);
    ::munmap(at, bytes.size());
    state.ResumeTiming();
  }
  std::fclose(file);
  state.counters["file_MB"] = static_cast<double>(bytes.size()) / 1e6;
  state.counters["resident_MB"] = resident / 1e6;
}

// Yardstick: the formula, asked of every name.
void plain_scan(benchmark::State& state, const World& world) {
  std::vector<Entry> known;
  for (std::uint32_t i = 0; i < world.index.size(); ++i) {
    known.push_back(world.index.entry(i));
  }
  const Questions questions({world.slips.begin(), world.slips.begin() + 100});
  std::size_t i = 0;
  for (auto _ : state) {
    std::size_t found = 0;
    const Entry& typed = questions.entries[i];
    for (const Entry& one : known) found += is_candidate(one, typed) ? 1U : 0U;
    benchmark::DoNotOptimize(found);
    i = i + 1 == questions.entries.size() ? 0 : i + 1;
  }
  state.SetItemsProcessed(state.iterations());
}

// Yardstick: symmetric deletes as the books have them (Garbe 2012).
class SymmetricDeletes {
 public:
  explicit SymmetricDeletes(const World& world) : world_(world) {
    for (std::uint32_t i = 0; i < world.names.size(); ++i) {
      each(world.names[i].substr(0, 7), 2, 0,
           [&](const std::string& piece) { numbers_[piece].push_back(i); });
    }
  }

  std::size_t count(const std::string& typed) const {
    std::vector<std::uint32_t> found;
    each(typed.substr(0, 7), 2, 0, [&](const std::string& piece) {
      const auto at = numbers_.find(piece);
      if (at == numbers_.end()) return;
      found.insert(found.end(), at->second.begin(), at->second.end());
    });
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    return static_cast<std::size_t>(
        std::ranges::count_if(found, [&](std::uint32_t number) {
          return is_within_slips(world_.names[number], typed, 2);
        }));
  }

 private:
  template <typename Use>
  static void each(const std::string& text, int most, std::size_t from,
                   const Use& use) {
    use(text);
    for (std::size_t i = from; most > 0 && i < text.size(); ++i) {
      std::string shorter = text;
      shorter.erase(i, 1);
      each(shorter, most - 1, i, use);
    }
  }

  const World& world_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> numbers_;
};

void symmetric_deletes(benchmark::State& state, const World& world) {
  const SymmetricDeletes textbook(world);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(textbook.count(world.unknown[i]));
    i = i + 1 == world.unknown.size() ? 0 : i + 1;
  }
  state.SetItemsProcessed(state.iterations());
}

void add_world(const World& world, bool yardsticks) {
  const auto add = [&](const char* name, auto run) {
    return benchmark::RegisterBenchmark((world.title + "/" + name).c_str(),
                                        run);
  };
  using State = benchmark::State;
  add("unknown", [&](State& s) { look_up(s, world, world.unknown); });
  add("one or two slips", [&](State& s) { look_up(s, world, world.slips); });
  add("known, all candidates", [&](State& s) {
    look_up(s, world,
            {world.names.begin(),
             world.names.begin() + std::min<std::ptrdiff_t>(
                                       kQuestions, std::ssize(world.names))});
  });
  add("known, found", [&](State& s) { find(s, world); });
  add("known, found together", [&](State& s) { find_many(s, world); });
  add("read what was typed", [&](State& s) { read(s, world); });
  add("build", [&](State& s) { build(s, world); })
      ->Unit(benchmark::kMillisecond)
      ->Iterations(1);
  add("open", [&](State& s) { open(s, world); })
      ->Unit(benchmark::kMillisecond)
      ->Iterations(5);
  if (!yardsticks) return;
  add("yardstick: plain formula", [&](State& s) {
    plain_scan(s, world);
  })->Unit(benchmark::kMicrosecond);
  add("yardstick: symmetric deletes",
      [&](State& s) { symmetric_deletes(s, world); });
}

void add_list(const std::string& path) {
  static std::vector<World> worlds;
  std::ifstream file(path);
  std::vector<std::string> halves[2];
  for (std::string line; std::getline(file, line);) {
    const auto size = halves[0].size() + halves[1].size();
    halves[size % 2].push_back(line.substr(line.find(',') + 1));
  }
  NameMaker maker(3);
  worlds.reserve(1);
  add_world(worlds.emplace_back("half of a list", std::move(halves[0]),
                                std::move(halves[1]), maker),
            true);
}

}  // namespace
}  // namespace lostletter::lookalike

int main(int count, char** arguments) {
  using namespace lostletter::lookalike;
  constexpr std::string_view kList = "--list=";
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (!argument.starts_with(kList)) continue;
    add_list(std::string(argument.substr(kList.size())));
    std::rotate(arguments + i, arguments + i + 1, arguments + count);
    --count;
    break;
  }
  add_world(made(100'000), true);
  add_world(made(1'000'000), false);
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 64;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
