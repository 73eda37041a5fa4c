// SPDX-License-Identifier: Apache-2.0
//
// One thread and a bounded queue of jobs: where work that may wait for a disk
// or a database runs, so that the thread that talks to the MTA never does.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace lostletter {

class Worker {
 public:
  explicit Worker(std::size_t most_waiting = 1000);
  ~Worker();  // runs what was accepted, then joins

  // False when the queue is full: the caller answers as if the job had failed.
  // A job must not throw; what it throws is logged. Any thread.
  bool run(std::function<void()> job);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter
