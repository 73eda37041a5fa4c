// SPDX-License-Identifier: Apache-2.0
//
// Sockets for conversations: one thread, any number of listeners (inet and
// unix), bounded in everything a crowd could use up. A peer that neither speaks
// nor listens is let go; one that waits for our answer is not.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/endpoint.h"
#include "smtp/conversation.h"

namespace lostletter::smtp {

struct ServerOptions {
  std::string host = "localhost";  // who turns away, in 421
  // A certificate with its chain and its key, PEM files; empty: a conversation
  // must not want TLS.
  std::string certificate = {};
  std::string key = {};
  std::size_t most_sessions = 12'000;  // beyond: 421, and closed
  std::size_t most_of_one = 100;       // sessions of one address, likewise;
                                       // unix sockets have none
  // Balancers, whose connections begin with the PROXY protocol (proxy.h); the
  // client it names is the peer that is counted.
  net::Networks proxies = {};
  // Before each answer: who sends by the million waits by the million.
  std::chrono::milliseconds tarpit{0};
  std::size_t piece = 2048;              // read at once, kept for each session
  std::chrono::seconds silence{300};     // RFC 5321 4.5.3.2.7
  std::chrono::seconds most_time{1800};  // of a whole session
  std::chrono::seconds handshake{60};    // of TLS, from STARTTLS to its end
  std::chrono::milliseconds look{1000};  // so often these times are looked at
};

class Server {
 public:
  // The error names the file that cannot be used, and why.
  static Result<std::unique_ptr<Server>> make(ServerOptions options);
  ~Server();

  // Takes over a listening descriptor; whoever comes in by it talks to what
  // `make_conversation` gives. Before run().
  void add(int descriptor, MakeConversation make_conversation);
  // Serves until stop().
  void run();
  // Says goodbye to everybody. On the serving thread: from the calls below.
  void stop();
  // Runs `job` on the serving thread soon. From any thread.
  void post(std::function<void()> job);
  // Calls `job` on the serving thread. Before run().
  void every(std::chrono::milliseconds interval, std::function<void()> job);
  void on_signal(int signal, std::function<void()> job);

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::smtp
