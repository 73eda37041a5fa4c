// SPDX-License-Identifier: Apache-2.0
//
// The milter listeners: one thread, any number of sockets and sessions. Speaks
// protocol version 6 to Postfix and Sendmail; never blocks on a decision: a
// deadline answers for a handler that does not.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "milter/handler.h"

namespace lostletter::milter {

struct ServerOptions {
  std::chrono::milliseconds decision_time{1000};  // then: on_failure
  std::chrono::seconds idle_time{3600};           // a silent peer is let go
  std::size_t most_sessions = 4000;  // beyond: not accepted until one ends
};

class Server {
 public:
  Server(ServerOptions options, MakeHandler make_handler);
  ~Server();

  // Takes over a listening descriptor. Before run().
  void add(int descriptor, Listener listener);

  // Serves until drained. Not twice.
  void run();

  // Stops accepting at once and lets sessions in flight go on until they end or
  // `most` is over; then run() returns. Any thread; the second call ends at
  // once.
  void drain(std::chrono::milliseconds most);

  // Runs `job` on the serving thread, unless run() has returned by then. Any
  // thread. No job may throw.
  void post(std::function<void()> job);

  // Calls `job` on the serving thread every `interval` until run() returns.
  // Before run().
  void every(std::chrono::milliseconds interval, std::function<void()> job);

  // Calls `job` on the serving thread for each such signal. Before run(). Once
  // the server is gone the signal is ignored: a second SIGTERM must not
  // interrupt what the process still has to write.
  void on_signal(int signal, std::function<void()> job);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::milter
