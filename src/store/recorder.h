// SPDX-License-Identifier: Apache-2.0
//
// Takes records of verdicts and scores off the reply path: a bounded queue and
// one thread that writes them in batches. When the store fails the records
// wait; when the queue is full the oldest are dropped, counted and logged: mail
// never waits for a log.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <variant>

#include "store/store.h"

namespace lostletter::store {

struct RecorderOptions {
  std::size_t most_waiting = 20000;
  std::size_t batch = 500;
  std::chrono::milliseconds linger{100};  // how long a record may wait for more
};

class Recorder {
 public:
  // `store` must outlive the recorder.
  Recorder(Store& store, RecorderOptions options);
  ~Recorder();  // writes what is waiting, for at most two seconds

  // Never blocks on the store. Any thread.
  void record(VerdictRecord record);
  void record(ScoreRecord record);

  // Waits until everything recorded before the call is written, or the time is
  // up; true when written.
  bool flush(std::chrono::milliseconds most);

 private:
  struct Impl;
  using Record = std::variant<VerdictRecord, ScoreRecord>;
  void add(Record record);

  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::store
