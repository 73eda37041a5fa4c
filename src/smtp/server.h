// SPDX-License-Identifier: Apache-2.0
//
// Sockets for sessions: one thread, any number of listeners, bounded in
// everything a crowd could use up. A peer that neither speaks nor listens is
// let go.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "smtp/session.h"

namespace lostletter::smtp {

struct Peer {
  std::string address;  // "192.0.2.1", "2001:db8::1"
};

struct ServerOptions {
  SessionOptions session;  // offers_tls is decided by the next two
  // A certificate with its chain and its key, PEM files; empty: no STARTTLS.
  std::string certificate;
  std::string key;
  std::size_t most_sessions = 12'000;    // beyond: 421, and closed
  std::size_t most_of_one = 100;         // sessions of one address, likewise
  std::chrono::seconds silence{300};     // RFC 5321 4.5.3.2.7
  std::chrono::seconds most_time{1800};  // of a whole session
};

using MakeRefuser = std::function<std::unique_ptr<Refuser>(const Peer& peer)>;

class Server {
 public:
  // The error names the file that cannot be used, and why.
  static Result<std::unique_ptr<Server>> make(ServerOptions options,
                                              MakeRefuser make_refuser);
  ~Server();

  // Takes over a listening descriptor. Before run().
  void add(int descriptor);
  // Serves until stop().
  void run();
  // Says goodbye to everybody. On the serving thread, from the calls below.
  void stop();
  // Calls `job` on the serving thread. Before run().
  void every(std::chrono::milliseconds interval, std::function<void()> job);
  void on_signal(int signal, std::function<void()> job);

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::smtp
