// SPDX-License-Identifier: Apache-2.0
#include "store/recorder.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.h"
#include "base/metrics.h"
#include "base/text.h"
#include "store/sqlite.h"
#include "store/temporary_test.h"

namespace lostletter::store {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::internal::CaptureStderr;
using testing::internal::GetCapturedStderr;

constexpr milliseconds kLong(30000);  // only ever waited for in a failing test

// Only verdicts and scores matter here.
class FakeStore final : public Store {
 public:
  void save_question(const Question&) override {}
  std::optional<Question> find_question(std::string_view,
                                        std::string_view) override {
    return std::nullopt;
  }
  std::size_t count_questions(std::string_view, Seconds) override { return 0; }
  void confirm(const Confirmation&) override {}
  std::optional<Confirmation> find_confirmation(std::string_view,
                                                std::string_view,
                                                Seconds) override {
    return std::nullopt;
  }
  void save_verdicts(std::span<const VerdictRecord> records) override {
    std::unique_lock lock(mutex_);
    ++attempts_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !hanging_; });
    if (failing_) throw StoreError("disk\nfull");
    batches_.push_back(records.size());
    for (const auto& record : records) ids_.push_back(record.id);
  }
  std::optional<VerdictRecord> find_verdict(std::string_view) override {
    return std::nullopt;
  }
  void save_scores(std::span<const ScoreRecord> records) override {
    const std::lock_guard lock(mutex_);
    for (const auto& record : records) ids_.push_back(record.recipient);
  }
  guard::History find_history(std::string_view) override { return {}; }
  std::vector<std::string> scored_people() override { return {}; }
  Learnt learn(std::span<const guard::Lesson>, Seconds,
               const Retention&) override {
    return {};
  }
  std::size_t note(std::span<const guard::Correspondent>, Seconds) override {
    return 0;
  }
  std::vector<std::string> recipients_of(std::string_view,
                                         std::string_view) override {
    return {};
  }
  guard::Evidence find_evidence(const guard::Inquiry&) override { return {}; }
  std::vector<Familiar> familiar(std::size_t, Seconds) override { return {}; }
  void save_reading(const Reading&, Seconds) override {}
  std::optional<std::string> find_position(std::string_view) override {
    return std::nullopt;
  }
  std::string under_way() override { return {}; }
  std::size_t forget(std::string_view) override { return 0; }
  Holdings holdings() override { return {}; }
  std::size_t expire(Seconds, const Retention&) override { return 0; }
  HeldLetters& held() override { throw StoreError("no letters here"); }
  std::string secret() override { return {}; }
  void probe() override {}

  void set_failing(bool failing) {
    const std::lock_guard lock(mutex_);
    failing_ = failing;
  }
  void set_hanging(bool hanging) {
    {
      const std::lock_guard lock(mutex_);
      hanging_ = hanging;
    }
    changed_.notify_all();
  }
  void wait_for_attempts(int many) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(
        changed_.wait_for(lock, kLong, [&] { return attempts_ >= many; }));
  }
  std::vector<std::string> ids() {
    const std::lock_guard lock(mutex_);
    return ids_;
  }
  std::vector<std::size_t> batches() {
    const std::lock_guard lock(mutex_);
    return batches_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool failing_ = false;
  bool hanging_ = false;
  int attempts_ = 0;
  std::vector<std::string> ids_;
  std::vector<std::size_t> batches_;
};

VerdictRecord named(int number) {
  VerdictRecord record;
  record.id = std::to_string(number);
  return record;
}

double metric(const std::string& name) {
  const std::string text = metrics_text();
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with(name + " ")) {
      return std::atof(std::string(line.substr(name.size())).c_str());
    }
  }
  return -1;
}

std::ptrdiff_t lines_with(const std::string& log, std::string_view word) {
  return std::ranges::count_if(split(log, '\n'), [&](std::string_view line) {
    return line.find(word) != line.npos;
  });
}

// Until the thread waits for something: here, inside flush().
void wait_until_asleep(const std::atomic<pid_t>& thread) {
  for (int i = 0; i < 30000; ++i) {
    const auto stat =
        read_file("/proc/self/task/" + std::to_string(thread.load()) + "/stat");
    if (stat && stat->find(") S ") != stat->npos) return;
    std::this_thread::sleep_for(milliseconds(1));
  }
  FAIL() << "the thread never came to rest";
}

TEST(Recorder, WritesInOrderAndInBatches) {
  FakeStore store;
  store.set_hanging(true);
  Recorder recorder(store, {.batch = 4, .linger = kLong});
  for (int i = 0; i < 10; ++i) recorder.record(named(i));
  store.wait_for_attempts(1);  // four are enough: no lingering
  store.set_hanging(false);
  EXPECT_TRUE(recorder.flush(kLong));
  EXPECT_THAT(store.ids(),
              ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
  EXPECT_THAT(store.batches(), ElementsAre(4, 4, 2));
  EXPECT_TRUE(recorder.flush(milliseconds(0)));  // nothing is waiting
}

TEST(Recorder, LingersForMore) {
  FakeStore store;
  Recorder recorder(store, {.linger = milliseconds(1)});
  recorder.record(named(1));
  store.wait_for_attempts(1);  // without flush(), and one is no batch
}

TEST(Recorder, TheEndWritesWhatIsWaiting) {
  FakeStore store;
  {
    Recorder recorder(store, {.batch = 3, .linger = kLong});
    for (int i = 0; i < 8; ++i) recorder.record(named(i));
  }
  EXPECT_EQ(store.ids().size(), 8U);
}

TEST(Recorder, KeepsRecordsWhileTheStoreFails) {
  FakeStore store;
  store.set_failing(true);
  const double errors = metric("lostletter_store_errors_total");
  CaptureStderr();
  {
    Recorder recorder(store, {.batch = 2, .linger = milliseconds(0)});
    recorder.record(named(1));
    store.wait_for_attempts(1);
    recorder.record(named(2));
    recorder.record(named(3));
    store.wait_for_attempts(3);
    EXPECT_FALSE(recorder.flush(milliseconds(1)));
    store.set_failing(false);
    EXPECT_TRUE(recorder.flush(kLong));
  }
  const std::string log = GetCapturedStderr();
  EXPECT_THAT(store.ids(), ElementsAre("1", "2", "3"));
  EXPECT_GE(metric("lostletter_store_errors_total"), errors + 3);
  EXPECT_EQ(lines_with(log, "event=store-failed error=disk\\x0afull"), 1)
      << log;
  EXPECT_EQ(lines_with(log, "event=store-recovered waiting="), 1) << log;
  EXPECT_EQ(lines_with(log, "records-dropped"), 0) << log;
}

TEST(Recorder, DropsTheOldestWhenFull) {
  FakeStore store;
  store.set_failing(true);
  const double dropped = metric("lostletter_records_dropped_total");
  CaptureStderr();
  {
    Recorder recorder(
        store, {.most_waiting = 5, .batch = 2, .linger = milliseconds(0)});
    for (int i = 0; i < 2; ++i) recorder.record(named(i));
    store.wait_for_attempts(1);
    for (int i = 2; i < 100; ++i) recorder.record(named(i));
    store.wait_for_attempts(3);
    EXPECT_LE(metric("lostletter_store_queue"), 5);
    store.set_failing(false);
    EXPECT_TRUE(recorder.flush(kLong));
    EXPECT_EQ(metric("lostletter_store_queue"), 0);
  }
  const std::string log = GetCapturedStderr();
  EXPECT_THAT(store.ids(), ElementsAre("95", "96", "97", "98", "99"));
  EXPECT_EQ(metric("lostletter_records_dropped_total"), dropped + 95);
  EXPECT_GE(lines_with(log, "level=error event=records-dropped dropped="), 1);
  EXPECT_LE(lines_with(log, "event=records-dropped"), 10) << log;
  EXPECT_EQ(lines_with(log, "event=store-recovered waiting="), 1) << log;
}

TEST(Recorder, FlushTellsOfWhatWasDropped) {
  FakeStore store;
  store.set_hanging(true);
  CaptureStderr();
  {
    Recorder recorder(
        store, {.most_waiting = 2, .batch = 1, .linger = milliseconds(0)});
    recorder.record(named(0));
    store.wait_for_attempts(1);  // 0 is being written
    recorder.record(named(1));
    recorder.record(named(2));
    std::atomic<pid_t> flusher_id = 0;
    bool all_written = true;
    std::thread flusher([&] {
      flusher_id = ::gettid();
      all_written = recorder.flush(kLong);
    });
    wait_until_asleep(flusher_id);
    recorder.record(named(3));  // in place of 1
    recorder.record(named(4));  // in place of 2
    store.set_hanging(false);
    flusher.join();
    EXPECT_FALSE(all_written);
    EXPECT_TRUE(recorder.flush(kLong));
  }
  GetCapturedStderr();
  EXPECT_THAT(store.ids(), ElementsAre("0", "3", "4"));
}

TEST(Recorder, TheEndDoesNotWaitForADeadStore) {
  FakeStore store;
  store.set_failing(true);
  CaptureStderr();
  const auto before = std::chrono::steady_clock::now();
  {
    Recorder recorder(store, {.linger = milliseconds(0)});
    for (int i = 0; i < 7; ++i) recorder.record(named(i));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, kLong);
  const std::string log = GetCapturedStderr();
  EXPECT_TRUE(store.ids().empty());
  EXPECT_EQ(lines_with(log, "event=records-dropped dropped=7"), 1) << log;
}

// The same with a real lock: every attempt waits for it, 500 ms by default.
TEST(Recorder, TheEndDoesNotWaitForALockedDatabase) {
  const TemporaryDirectory directory;
  const auto store = open_sqlite(directory.path());
  ASSERT_TRUE(store) << store.error().message;
  Database other(directory.database(), Database::Access::kWrite);
  CaptureStderr();
  const auto before = std::chrono::steady_clock::now();
  {
    const Transaction transaction(other);
    Recorder recorder(**store, {.linger = milliseconds(0)});
    for (int i = 0; i < 7; ++i) recorder.record(named(i));
  }
  // Two seconds are promised; the rest is for a loaded machine.
  EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(10000));
  const std::string log = GetCapturedStderr();
  EXPECT_EQ(lines_with(log, "event=records-dropped dropped=7"), 1) << log;
  EXPECT_EQ(lines_with(log,
                       "lostletter.db: saving verdicts: database is "
                       "locked\""),
            1)
      << log;
}

TEST(Recorder, OutlivesALockedDatabase) {
  const TemporaryDirectory directory;
  const auto store = open_sqlite(directory.path(), milliseconds(20));
  ASSERT_TRUE(store) << store.error().message;
  Database other(directory.database(), Database::Access::kWrite);
  CaptureStderr();
  Recorder recorder(**store, {.linger = milliseconds(0)});
  {
    const Transaction transaction(other);
    for (int i = 0; i < 7; ++i) recorder.record(named(i));
    EXPECT_FALSE(recorder.flush(milliseconds(200)));
  }
  EXPECT_TRUE(recorder.flush(kLong));
  EXPECT_TRUE((*store)->find_verdict("6"));
  EXPECT_THAT(GetCapturedStderr(), HasSubstr("event=store-recovered"));
}

TEST(Recorder, ManyThreads) {
  FakeStore store;
  {
    Recorder recorder(store, {.batch = 50, .linger = milliseconds(1)});
    std::vector<std::thread> threads(4);
    for (std::size_t t = 0; t < threads.size(); ++t) {
      threads[t] = std::thread([&recorder, t] {
        for (int i = 0; i < 500; ++i) {
          recorder.record(named(static_cast<int>(t) * 1000 + i));
          if (i % 200 == 0) {
            EXPECT_TRUE(recorder.flush(kLong));
          }
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
  const auto ids = store.ids();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 2000U);
  EXPECT_EQ(ids.size(), 2000U);
}

}  // namespace
}  // namespace lostletter::store
