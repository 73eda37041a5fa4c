// SPDX-License-Identifier: Apache-2.0
#include "base/worker.h"

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lostletter {
namespace {

TEST(Worker, RunsInOrderOnOneThread) {
  std::vector<int> done;  // no lock: one thread writes, the join publishes
  {
    Worker worker;
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(worker.run([&done, i] { done.push_back(i); }));
    }
  }
  ASSERT_EQ(done.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(done[static_cast<std::size_t>(i)], i);
}

TEST(Worker, FullQueueSaysNo) {
  std::promise<void> begun;
  std::promise<void> go_on;
  std::atomic<int> done = 0;
  {
    Worker worker(2);
    ASSERT_TRUE(worker.run([&] {
      begun.set_value();
      go_on.get_future().wait();
      ++done;
    }));
    begun.get_future().wait();  // the first one waits no longer, it runs
    EXPECT_TRUE(worker.run([&] { ++done; }));
    EXPECT_TRUE(worker.run([&] { ++done; }));
    EXPECT_FALSE(worker.run([&] { ++done; }));
    go_on.set_value();
  }
  EXPECT_EQ(done, 3);
}

TEST(Worker, SurvivesAThrowingJob) {
  bool ran = false;
  testing::internal::CaptureStderr();
  {
    Worker worker;
    worker.run([] { throw std::runtime_error("no\nluck"); });
    worker.run([] { throw 42; });
    worker.run([&ran] { ran = true; });
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(ran);
  EXPECT_THAT(log, testing::HasSubstr(
                       "level=error event=job-failed error=no\\x0aluck\n"));
  EXPECT_THAT(log, testing::HasSubstr(
                       "event=job-failed error=\"unknown exception\"\n"));
}

TEST(Worker, JobsMayGiveJobs) {
  std::promise<void> second;
  Worker worker;
  worker.run([&] { worker.run([&] { second.set_value(); }); });
  second.get_future().wait();
}

TEST(Worker, ManyThreads) {
  std::atomic<int> accepted = 0;
  int done = 0;  // only the worker's thread touches it
  {
    Worker worker(50);
    std::vector<std::thread> threads(4);
    for (auto& thread : threads) {
      thread = std::thread([&] {
        for (int i = 0; i < 500; ++i) {
          if (worker.run([&done] { ++done; })) ++accepted;
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
  EXPECT_EQ(done, accepted);
  EXPECT_GE(done, 50);
}

}  // namespace
}  // namespace lostletter
