// SPDX-License-Identifier: Apache-2.0
//
// What it costs to know who writes to whom: bytes an edge, letters a second
// learnt, microseconds a question. An organisation of so many people writes to
// the world until the store has so many edges:
//
//   correspondence_bench [EDGES [DIRECTORY]]
//
// A store in a DIRECTORY that is named stays there: what it lacks of the edges
// is learnt, and it is asked. Without one it is made in /tmp and removed.
//
// Every person writes mostly to few, by Zipf's law; a fifth of the world is at
// large providers. Questions are half about known correspondents of a person,
// with two other addresses that may have been meant.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "store/store.h"

namespace lostletter::store {
namespace {

constexpr Seconds kNow{std::chrono::seconds(1795435200)};
constexpr std::size_t kBatch = 2000;  // letters a transaction

using SteadyClock = std::chrono::steady_clock;

// Of this thread alone: what others do on the machine is not ours.
double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) / 1e9;
}

double seconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

// Makes the same world every time.
class World {
 public:
  World(std::size_t edges, std::size_t seed)
      : random_(seed),
        people_(std::max<std::size_t>(10, edges / 1000)),
        addresses_(std::max<std::size_t>(100, edges / 3)) {}

  std::string person() { return fmt::format("p{}@example.com", pick(people_)); }
  static std::string address(std::size_t number) {
    if (number % 5 == 0) {
      return fmt::format("given.family{}@provider{}.test", number,
                         number / 5 % 10);
    }
    return fmt::format("someone{}@organisation{}.test", number, number / 7);
  }
  // One that this person writes to: the same few again and again.
  std::string friend_of(const std::string& person) {
    constexpr double kMost = 1000;
    const double share = std::uniform_real_distribution<double>()(random_);
    const auto rank = static_cast<std::size_t>(std::pow(kMost, share));
    return address(
        std::hash<std::string>()(fmt::format("{} {}", person, rank)) %
        addresses_);
  }
  std::string stranger() { return address(pick(addresses_)); }
  bool once_in(int many) { return pick(static_cast<std::size_t>(many)) == 0; }

  guard::Lesson letter(std::size_t number) {
    guard::Lesson lesson;
    lesson.letter =
        fmt::format("{}.{}@mail.example.com", number, number * 7919);
    lesson.at = kNow - Duration(pick(std::size_t{86400} * 1000));
    lesson.person = person();
    const bool inbound = once_in(2);
    const std::size_t recipients = inbound || !once_in(10) ? 1 : 2 + pick(4);
    for (std::size_t i = 0; i < recipients; ++i) {
      lesson.with.push_back(
          {friend_of(lesson.person), "",
           inbound ? guard::Passage::kReceived : guard::Passage::kSent});
    }
    return lesson;
  }

 private:
  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }

  std::mt19937_64 random_;
  std::size_t people_;
  std::size_t addresses_;
};

std::uintmax_t bytes_in(const std::string& directory) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    bytes += entry.file_size();
  }
  return bytes;
}

void learn(Store& store, std::size_t edges) {
  const Holdings before = store.holdings();
  World world(edges, before.lessons);
  std::size_t letters = before.lessons;  // numbers that nobody has
  double learning = 0;
  double cpu = 0;
  double told = 0;
  std::vector<guard::Lesson> batch(kBatch);
  std::size_t have = before.edges;
  while (have < edges) {
    for (int i = 0; i < 50; ++i) {
      for (auto& lesson : batch) lesson = world.letter(++letters);
      const auto begin = SteadyClock::now();
      const double cpu_begin = cpu_seconds();
      store.learn(batch, kNow, {});
      learning += seconds_since(begin);
      cpu += cpu_seconds() - cpu_begin;
    }
    have = store.holdings().edges;
    if (learning - told > 10) {
      told = learning;
      fmt::print(stderr, "{} letters, {} edges, {:.0f} letters/s\n", letters,
                 have,
                 static_cast<double>(letters - before.lessons) / learning);
    }
  }
  if (letters == before.lessons) return;
  const auto many = static_cast<double>(letters - before.lessons);
  fmt::print(
      "learnt     {:.0f} letters, {:.0f} a second ({:.0f} a second of CPU), {} "
      "a transaction\n",
      many, many / learning, many / cpu, kBatch);
}

void ask(Store& store, World& world, std::string_view what,
         std::size_t questions) {
  std::vector<double> times;
  const double cpu = cpu_seconds();
  for (std::size_t i = 0; i < questions; ++i) {
    guard::Inquiry inquiry;
    inquiry.person = world.person();
    inquiry.address =
        i % 2 == 0 ? world.friend_of(inquiry.person) : world.stranger();
    inquiry.others = {world.stranger(), world.friend_of(inquiry.person)};
    inquiry.now = kNow;
    const auto begin = SteadyClock::now();
    store.find_evidence(inquiry);
    times.push_back(seconds_since(begin) * 1e6);
  }
  const double cost = (cpu_seconds() - cpu) / static_cast<double>(questions);
  std::ranges::sort(times);
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(share *
                                          static_cast<double>(times.size()))];
  };
  fmt::print(
      "{:<10} {} questions: median {:.0f} us, p99 {:.0f}, p99.9 {:.0f}; mean "
      "{:.0f} us of CPU, making them up included\n",
      what, questions, at(0.5), at(0.99), at(0.999), cost * 1e6);
}

void report_size(Store& store, const std::string& directory) {
  const Holdings all = store.holdings();
  const auto bytes = static_cast<double>(bytes_in(directory));
  fmt::print(
      "holds      {} addresses, {} domains, {} edges, {} pairs, {} lessons\n"
      "size       {:.0f} MB, {:.0f} bytes an edge with everything else\n",
      all.addresses, all.domains, all.edges, all.pairs, all.lessons,
      bytes / 1e6, bytes / static_cast<double>(all.edges));
}

std::string resident() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return line.substr(6);
  }
  return "?";
}

int measure(std::size_t edges, const std::string& directory) {
  if (auto store = open_sqlite(directory)) {
    learn(**store, edges);
  } else {
    fmt::print(stderr, "{}\n", store.error().message);
    return 69;
  }
  auto store = open_sqlite(directory);  // the WAL is in the file now
  report_size(**store, directory);
  World world(edges, 17);
  ask(**store, world, "first", 1000);
  ask(**store, world, "warming", 100'000);
  ask(**store, world, "warm", 100'000);
  const auto begin = SteadyClock::now();
  const auto familiar = (*store)->familiar(200'000, kNow);
  fmt::print("familiar   {} addresses read in {:.0f} ms\nmemory     {}\n",
             familiar.size(), seconds_since(begin) * 1e3, resident());
  return 0;
}

int measure_for_once(std::size_t edges) {
  std::string directory = "/tmp/lostletter-bench.XXXXXX";
  if (::mkdtemp(directory.data()) == nullptr) return 74;
  const int result = measure(edges, directory);
  std::filesystem::remove_all(directory);
  return result;
}

}  // namespace
}  // namespace lostletter::store

int main(int count, char** values) {
  const std::size_t edges = std::max<std::size_t>(
      1000, count > 1 ? std::strtoull(values[1], nullptr, 10) : 1'000'000);
  return count > 2 ? lostletter::store::measure(edges, values[2])
                   : lostletter::store::measure_for_once(edges);
}
