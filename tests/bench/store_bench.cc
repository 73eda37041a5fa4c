// SPDX-License-Identifier: Apache-2.0
//
// What the store costs on this disk (TEST_TMPDIR names another one): a look-up
// before a question, a confirmation with its sync, verdicts in batches; and
// one count of a metric, which every recipient pays several times.
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <benchmark/benchmark.h>

#include "base/metrics.h"
#include "store/store.h"

namespace lostletter::store {
namespace {

constexpr Seconds kNow{std::chrono::seconds(1795435200)};

class Bench {
 public:
  Bench() {
    const char* parent = std::getenv("TEST_TMPDIR");
    std::string pattern = std::string(parent != nullptr ? parent : "/tmp") +
                          "/lostletter-bench.XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    auto opened = open_sqlite(directory_);
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  ~Bench() {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  Store* operator->() { return store_.get(); }

 private:
  std::string directory_;
  std::unique_ptr<Store> store_;
};

std::string address(std::size_t number) {
  return "person" + std::to_string(number) + "@army.ml";
}

void find_confirmation(benchmark::State& state) {
  Bench store;
  constexpr std::size_t kMany = 1000;
  for (std::size_t i = 0; i < kMany; ++i) {
    store->confirm({"ann", address(i), "ref", kNow, kNow + Duration(9)});
  }
  std::size_t i = 0;
  for (auto _ : state) {  // every second one is there
    benchmark::DoNotOptimize(
        store->find_confirmation("ann", address(++i % (2 * kMany)), kNow));
  }
}
BENCHMARK(find_confirmation)->Unit(benchmark::kMicrosecond);

void confirm(benchmark::State& state) {
  Bench store;
  std::size_t i = 0;
  for (auto _ : state) {
    store->confirm({"ann", address(++i), "ref", kNow, kNow + Duration(9)});
  }
}
BENCHMARK(confirm)->Unit(benchmark::kMicrosecond)->UseRealTime();

void save_verdicts(benchmark::State& state) {
  Bench store;
  std::vector<VerdictRecord> batch(static_cast<std::size_t>(state.range(0)));
  std::size_t number = 0;
  for (auto _ : state) {
    for (auto& record : batch) {
      record = {std::to_string(++number) + "0123456789",
                kNow,
                "4XyZ12",
                "inet:127.0.0.1:8894",
                "ann",
                address(number),
                "misdirected",
                "ask",
                0.99,
                std::string(600, 'e')};
    }
    store->save_verdicts(batch);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(save_verdicts)
    ->Arg(1)
    ->Arg(500)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();

void count_metric(benchmark::State& state) {
  for (auto _ : state) count(Metric::kRecipients, "misdirected");
}
BENCHMARK(count_metric)->Threads(1)->Threads(2);

}  // namespace
}  // namespace lostletter::store
