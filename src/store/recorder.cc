// SPDX-License-Identifier: Apache-2.0
#include "store/recorder.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"

namespace lostletter::store {
namespace {

using std::chrono::milliseconds;
using Time = std::chrono::steady_clock::time_point;

constexpr milliseconds kFirstPause(100);  // after a failure, then twice as long
constexpr milliseconds kLongestPause(5000);
constexpr milliseconds kDropLogPause(1000);

// No attempt begins later than this after the end was asked for; a store whose
// waits are bounded by 500 ms is thus left within two seconds.
constexpr milliseconds kLastAttempt(1500);

Time now() { return system_clock().steady(); }

std::int64_t as_field(std::size_t number) {
  return static_cast<std::int64_t>(number);
}

template <typename Kind, typename Records>
std::vector<Kind> only(const Records& records) {
  std::vector<Kind> found;
  for (const auto& record : records) {
    if (const auto* one = std::get_if<Kind>(&record)) found.push_back(*one);
  }
  return found;
}

}  // namespace

struct Recorder::Impl {
  // Records are numbered as they come: flush() asks for "all up to here".
  struct Entry {
    std::uint64_t number;
    Record record;
  };
  struct Batch {
    std::vector<std::uint64_t> numbers;
    std::vector<Record> records;
  };
  struct Flush {
    std::uint64_t up_to;
    bool lost = false;  // one of them was dropped
  };

  Impl(Store& the_store, RecorderOptions the_options)
      : store(the_store), options(the_options) {}

  // The recorder's thread.
  void serve();
  bool wait_for_records(std::unique_lock<std::mutex>& lock);
  Batch take_batch();
  bool write(const Batch& batch);
  void put_back(Batch batch);
  void pause(std::unique_lock<std::mutex>& lock);
  void give_up();

  // Under the lock.
  void push(Record record);
  void drop_surplus(std::size_t most);
  std::size_t drops_to_log(bool at_once);
  bool settled(std::uint64_t up_to) const;

  Store& store;
  const RecorderOptions options;

  std::mutex mutex;
  std::condition_variable work;     // for the thread
  std::condition_variable written;  // for flush()
  std::deque<Entry> waiting;
  std::uint64_t last_number = 0;
  std::uint64_t writing = 0;  // the first number being written, 0: none
  std::vector<Flush*> flushes;
  std::size_t unlogged_drops = 0;
  std::size_t drops = 0;
  Time last_drop_log = now() - kDropLogPause;
  bool stopping = false;
  Time last_attempt;  // when stopping

  // The thread's own.
  bool failing = false;
  std::size_t drops_before_failure = 0;
  milliseconds next_pause = kFirstPause;

  std::thread thread;
};

void Recorder::Impl::serve() {
  std::unique_lock lock(mutex);
  while (wait_for_records(lock)) {
    if (stopping && now() > last_attempt) break;
    Batch batch = take_batch();
    lock.unlock();
    const bool done = write(batch);
    lock.lock();
    writing = 0;
    if (!done) {
      put_back(std::move(batch));
      pause(lock);
    }
    written.notify_all();
  }
  give_up();
}

// False when there is nothing more to do, ever.
bool Recorder::Impl::wait_for_records(std::unique_lock<std::mutex>& lock) {
  work.wait(lock, [this] { return stopping || !waiting.empty(); });
  work.wait_for(lock, options.linger, [this] {
    return stopping || !flushes.empty() || waiting.size() >= options.batch;
  });
  return !waiting.empty();
}

Recorder::Impl::Batch Recorder::Impl::take_batch() {
  const std::size_t size =
      std::min(waiting.size(), std::max<std::size_t>(options.batch, 1));
  Batch batch;
  batch.numbers.reserve(size);
  batch.records.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    batch.numbers.push_back(waiting.front().number);
    batch.records.push_back(std::move(waiting.front().record));
    waiting.pop_front();
  }
  writing = batch.numbers.front();
  return batch;
}

// Without the lock: it may take as long as the store does.
bool Recorder::Impl::write(const Batch& batch) {
  // Both may be written again after half of it failed.
  try {
    store.save_verdicts(only<VerdictRecord>(batch.records));
    store.save_scores(only<ScoreRecord>(batch.records));
  } catch (const std::exception& trouble) {
    count(Metric::kStoreErrors);
    if (!std::exchange(failing, true)) {
      const std::lock_guard lock(mutex);
      drops_before_failure = drops;
      log_event(Event::kStoreFailed, {{"error", trouble.what()}});
    }
    return false;
  }
  next_pause = kFirstPause;
  const std::lock_guard lock(mutex);
  set_gauge(Metric::kStoreQueue, static_cast<double>(waiting.size()));
  if (std::exchange(failing, false)) {
    log_event(Event::kStoreRecovered,
              {{"waiting", as_field(waiting.size())},
               {"dropped", as_field(drops - drops_before_failure)}});
  }
  return true;
}

void Recorder::Impl::put_back(Batch batch) {
  for (std::size_t i = batch.records.size(); i-- > 0;) {
    waiting.push_front({batch.numbers[i], std::move(batch.records[i])});
  }
  drop_surplus(options.most_waiting);
}

void Recorder::Impl::pause(std::unique_lock<std::mutex>& lock) {
  if (stopping) {
    work.wait_for(lock, kFirstPause, [] { return false; });
    return;
  }
  work.wait_for(lock, next_pause, [this] { return stopping; });
  next_pause = std::min(2 * next_pause, kLongestPause);
}

void Recorder::Impl::give_up() {
  drop_surplus(0);
  if (const std::size_t lost = drops_to_log(true); lost > 0) {
    log_event(Event::kRecordsDropped, {{"dropped", as_field(lost)}});
  }
  written.notify_all();
}

void Recorder::Impl::push(Record record) {
  waiting.push_back({++last_number, std::move(record)});
  drop_surplus(options.most_waiting);
}

void Recorder::Impl::drop_surplus(std::size_t most) {
  while (waiting.size() > most) {
    const std::uint64_t number = waiting.front().number;
    waiting.pop_front();
    ++drops;
    ++unlogged_drops;
    count(Metric::kRecordsDropped);
    for (Flush* flush : flushes) {
      if (number <= flush->up_to) flush->lost = true;
    }
  }
  set_gauge(Metric::kStoreQueue, static_cast<double>(waiting.size()));
}

// How many drops the log shall hear of now.
std::size_t Recorder::Impl::drops_to_log(bool at_once) {
  if (unlogged_drops == 0) return 0;
  const Time time = now();
  if (!at_once && time - last_drop_log < kDropLogPause) return 0;
  last_drop_log = time;
  return std::exchange(unlogged_drops, 0);
}

bool Recorder::Impl::settled(std::uint64_t up_to) const {
  return (writing == 0 || writing > up_to) &&
         (waiting.empty() || waiting.front().number > up_to);
}

Recorder::Recorder(Store& store, RecorderOptions options)
    : impl_(std::make_unique<Impl>(store, options)) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->serve(); });
}

Recorder::~Recorder() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->last_attempt = now() + kLastAttempt;
  }
  impl_->work.notify_one();
  impl_->thread.join();
}

void Recorder::record(VerdictRecord record) { add(std::move(record)); }
void Recorder::record(ScoreRecord record) { add(std::move(record)); }

void Recorder::add(Record record) {
  std::size_t lost = 0;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->push(std::move(record));
    lost = impl_->drops_to_log(false);
    const std::size_t waiting = impl_->waiting.size();
    // In between the thread lingers and need not be woken.
    if (waiting == 1 || waiting == impl_->options.batch) {
      impl_->work.notify_one();
    }
  }
  if (lost > 0)
    log_event(Event::kRecordsDropped, {{"dropped", as_field(lost)}});
}

bool Recorder::flush(milliseconds most) {
  std::unique_lock lock(impl_->mutex);
  Impl::Flush mine = {impl_->last_number};
  impl_->flushes.push_back(&mine);
  impl_->work.notify_one();
  const bool in_time = impl_->written.wait_for(
      lock, most, [&] { return impl_->settled(mine.up_to); });
  std::erase(impl_->flushes, &mine);
  return in_time && !mine.lost;
}

}  // namespace lostletter::store
