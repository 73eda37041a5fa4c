// SPDX-License-Identifier: Apache-2.0
//
// One MTA connection: a socket, a Session, a deadline for its open question and
// a limit for its silence. Reading and writing are plain system calls after a
// wait, into one buffer for all: an idle connection costs what its Session
// costs. Everything happens on the serving thread.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>

#include "milter/handler.h"
#include "milter/server.h"

namespace boost::asio {
class io_context;  // NOLINT(readability-identifier-naming): theirs
}  // namespace boost::asio

namespace lostletter::milter {

// The way to the serving thread for a `done` that may outlive the server.
class Gateway {
 public:
  explicit Gateway(boost::asio::io_context& loop) : loop_(&loop) {}

  // Runs `job` at once when this is the serving thread, soon when it is
  // another, never when the server is gone.
  void run(std::function<void()> job);
  void close();

 private:
  std::mutex mutex_;
  boost::asio::io_context* loop_;
};

// What all connections of a server share. Outlives them.
struct Hall {
  const ServerOptions& options;
  const MakeHandler& make_handler;
  boost::asio::io_context& loop;
  std::shared_ptr<Gateway> gateway;
  std::array<char, 65536> buffer{};  // for whoever reads just now
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Called once, when the connection is over.
  using Ended = std::function<void(const std::shared_ptr<Connection>&)>;

  // Takes over the connected descriptor; null when the kernel cannot watch one
  // more.
  static std::shared_ptr<Connection> make(Hall& hall, int descriptor,
                                          const Listener& listener,
                                          Ended ended);
  virtual ~Connection() = default;

  virtual void start() = 0;
  // At once, whatever is in flight.
  virtual void close() = 0;
};

}  // namespace lostletter::milter
