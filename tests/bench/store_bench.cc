// SPDX-License-Identifier: Apache-2.0
//
// What the store costs on this disk (TEST_TMPDIR names another one), or, with
// LOSTLETTER_STORE, in that store (tests/bench/store_bench.py): a look-up
// before a question, a confirmation with its sync, verdicts in batches, a
// letter held; and one count of a metric, which every recipient pays several
// times.
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <benchmark/benchmark.h>

#include "base/metrics.h"
#include "store/held.h"
#include "store/open.h"

namespace lostletter::store {
namespace {

constexpr Seconds kNow{std::chrono::seconds(1795435200)};

class Bench {
 public:
  Bench() {
    if (const char* address = std::getenv("LOSTLETTER_STORE")) {
      auto opened = open_store(StoreAddress::parse(address).value());
      if (!opened) throw std::runtime_error(opened.error().message);
      store_ = std::move(*opened);
      return;
    }
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
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
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

// From the milter's word to the content that is ours.
void hold(benchmark::State& state) {
  Bench store;
  const std::string content(static_cast<std::size_t>(state.range(0)), 'c');
  for (auto _ : state) {
    HeldLetter letter;
    letter.code = new_code();
    letter.at = kNow;
    letter.deadline = kNow + std::chrono::hours(24);
    letter.submitter = "login:ann";
    letter.recipients.resize(1);
    letter.recipients[0].address = address(1);
    letter.recipients[0].next_at = kNow;
    store->held().expect(letter);
    Arrival arrival;
    arrival.code = letter.code;
    arrival.content = {"key", content};
    arrival.size = content.size();
    store->held().arrive(arrival, kNow);
  }
}
BENCHMARK(hold)
    ->Arg(20'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();

void find_evidence(benchmark::State& state) {
  Bench store;
  std::vector<guard::Lesson> lessons;
  for (std::size_t i = 0; i < 500; ++i) {
    lessons.push_back({"bench" + std::to_string(i),
                       kNow,
                       "ann@example.com",
                       {{address(i)}, {address(i + 1)}}});
  }
  store->learn(lessons, kNow, {});
  guard::Inquiry inquiry;
  inquiry.person = "ann@example.com";
  inquiry.others = {address(3)};
  inquiry.together = {address(4)};
  inquiry.now = kNow;
  std::size_t i = 0;
  for (auto _ : state) {
    inquiry.address = address(++i % 500);
    benchmark::DoNotOptimize(store->find_evidence(inquiry));
  }
}
BENCHMARK(find_evidence)->Unit(benchmark::kMicrosecond)->UseRealTime();

void count_metric(benchmark::State& state) {
  for (auto _ : state) count(Metric::kRecipients, "misdirected");
}
BENCHMARK(count_metric)->Threads(1)->Threads(2);

}  // namespace
}  // namespace lostletter::store
