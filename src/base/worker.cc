// SPDX-License-Identifier: Apache-2.0
#include "base/worker.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "base/log.h"

namespace lostletter {
namespace {

void run_and_log(const std::function<void()>& job) {
  try {
    job();
  } catch (const std::exception& trouble) {
    log_event(Event::kJobFailed, {{"error", trouble.what()}});
  } catch (...) {
    log_event(Event::kJobFailed, {{"error", "unknown exception"}});
  }
}

}  // namespace

struct Worker::Impl {
  explicit Impl(std::size_t most_waiting) : most(most_waiting) {}

  void serve() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return stopping || !waiting.empty(); });
      if (waiting.empty()) return;
      auto job = std::move(waiting.front());
      waiting.pop_front();
      lock.unlock();
      run_and_log(job);
      job = nullptr;  // what it holds is let go outside the lock
      lock.lock();
    }
  }

  const std::size_t most;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> waiting;
  bool stopping = false;
  std::thread thread;
};

Worker::Worker(std::size_t most_waiting)
    : impl_(std::make_unique<Impl>(most_waiting)) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->serve(); });
}

Worker::~Worker() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->changed.notify_one();
  impl_->thread.join();
}

bool Worker::run(std::function<void()> job) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->waiting.size() >= impl_->most) return false;
    impl_->waiting.push_back(std::move(job));
  }
  impl_->changed.notify_one();
  return true;
}

}  // namespace lostletter
