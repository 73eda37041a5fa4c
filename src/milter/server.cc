// SPDX-License-Identifier: Apache-2.0
//
// One thread waits for everything: doors (listening sockets), connections,
// signals, timers and what other threads post.
#include "milter/server.h"

#include <cerrno>
#include <csignal>
#include <list>
#include <string>
#include <system_error>
#include <unordered_set>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/socket.h>

#include "base/log.h"
#include "base/metrics.h"
#include "milter/connection.h"

namespace lostletter::milter {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// One listening socket.
struct Door {
  Door(asio::io_context& loop, int descriptor, Listener the_listener)
      : socket(loop, descriptor), listener(std::move(the_listener)) {}

  asio::posix::stream_descriptor socket;
  Listener listener;
  bool waiting = false;
};

struct Ticker {
  Ticker(asio::io_context& loop, std::chrono::milliseconds the_interval,
         std::function<void()> the_job)
      : timer(loop, the_interval),
        interval(the_interval),
        job(std::move(the_job)) {}

  asio::steady_timer timer;
  std::chrono::milliseconds interval;
  std::function<void()> job;
};

struct Bell {
  Bell(asio::io_context& loop, int the_signal, std::function<void()> the_job)
      : number(the_signal),
        signals(loop, the_signal),
        job(std::move(the_job)) {}
  ~Bell() {
    error_code error;
    (void)signals.clear(error);
    (void)std::signal(number, SIG_IGN);
  }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  int number;

  asio::signal_set signals;
  std::function<void()> job;
};

}  // namespace

struct Server::Impl {
  Impl(ServerOptions the_options, MakeHandler the_make_handler)
      : options(the_options), make_handler(std::move(the_make_handler)) {}

  ~Impl() {
    hall.gateway->close();
    draining = true;
    close_sessions();
  }

  // --- the doors

  bool may_accept() const {
    return !draining && !paused && sessions.size() < options.most_sessions;
  }

  void open_doors() {
    for (Door& door : doors) open(door);
  }

  void open(Door& door) {
    if (!may_accept() || door.waiting) return;
    door.waiting = true;
    door.socket.async_wait(asio::posix::stream_descriptor::wait_read,
                           [this, &door](error_code error) {
                             door.waiting = false;
                             if (error) return;
                             accept_some(door);
                             open(door);
                           });
  }

  // A few at once, so that a crowd at one door does not starve the sessions.
  void accept_some(Door& door) {
    constexpr int kAtOnce = 64;
    for (int n = 0; n < kAtOnce && may_accept() && accept_one(door); ++n) {
    }
  }

  bool accept_one(Door& door) {
    const int descriptor = accept4(door.socket.native_handle(), nullptr,
                                   nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      failing = false;
      begin(descriptor, door.listener);
      return true;
    }
    if (errno == EINTR || errno == ECONNABORTED) return true;
    if (errno != EAGAIN) pause(door, errno);
    return false;
  }

  // No descriptors or no memory: the next attempt would fail as this one did,
  // and the socket stays readable. A session that ends, or time, may help.
  void pause(const Door& door, int error) {
    constexpr std::chrono::milliseconds kRest{100};
    if (!std::exchange(failing, true)) {
      log_event(Event::kAcceptFailed,
                {{"listener", door.listener.name},
                 {"problem", std::generic_category().message(error)},
                 {"sessions", static_cast<std::int64_t>(sessions.size())}});
    }
    paused = true;
    rest.expires_after(kRest);
    rest.async_wait([this](error_code cancelled) {
      if (cancelled) return;
      paused = false;
      open_doors();
    });
  }

  // --- the sessions

  void begin(int descriptor, const Listener& listener) {
    const auto connection = Connection::make(
        hall, descriptor, listener,
        [this](const std::shared_ptr<Connection>& gone) { ended(gone); });
    if (!connection) return;
    sessions.insert(connection);
    add_gauge(Metric::kMilterSessions, 1);
    connection->start();
  }

  void ended(const std::shared_ptr<Connection>& connection) {
    sessions.erase(connection);
    add_gauge(Metric::kMilterSessions, -1);
    if (draining && sessions.empty()) return finish();
    open_doors();
  }

  void close_sessions() {
    while (!sessions.empty()) {
      const auto connection = *sessions.begin();
      connection->close();
    }
  }

  // --- the end

  void begin_drain(std::chrono::milliseconds most) {
    if (std::exchange(draining, true)) return close_sessions();
    for (Door& door : doors) close(door);
    if (sessions.empty()) return finish();
    last_call.expires_after(most);
    last_call.async_wait([this](error_code cancelled) {
      if (!cancelled) close_sessions();
    });
  }

  // Whoever connected before now was promised a session by the kernel.
  void close(Door& door) {
    while (sessions.size() < options.most_sessions) {
      const int descriptor = accept4(door.socket.native_handle(), nullptr,
                                     nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (descriptor < 0) break;
      begin(descriptor, door.listener);
    }
    door.socket.close();
  }

  // With nothing left to wait for, run() returns.
  void finish() {
    if (std::exchange(finished, true)) return;
    work.reset();
    last_call.cancel();
    rest.cancel();
    for (Ticker& ticker : tickers) ticker.timer.cancel();
    for (Bell& bell : bells) bell.signals.cancel();
  }

  void tick(Ticker& ticker) {
    ticker.timer.async_wait([this, &ticker](error_code cancelled) {
      if (cancelled || finished) return;
      // From now on, not from when it was due: no burst after a stall.
      ticker.timer.expires_after(ticker.interval);
      tick(ticker);
      ticker.job();
    });
  }

  void ring(Bell& bell) {
    bell.signals.async_wait([this, &bell](error_code cancelled, int) {
      if (cancelled || finished) return;
      ring(bell);
      bell.job();
    });
  }

  // What sessions refer to stands above the loop that keeps them alive.
  const ServerOptions options;
  const MakeHandler make_handler;
  asio::io_context loop{1};
  Hall hall{options, make_handler, loop, std::make_shared<Gateway>(loop)};
  asio::executor_work_guard<asio::io_context::executor_type> work{
      loop.get_executor()};
  asio::steady_timer rest{loop};
  asio::steady_timer last_call{loop};
  std::list<Door> doors;
  std::list<Ticker> tickers;
  std::list<Bell> bells;
  std::unordered_set<std::shared_ptr<Connection>> sessions;
  bool paused = false;
  bool failing = false;  // said so already
  bool draining = false;
  bool finished = false;
};

Server::Server(ServerOptions options, MakeHandler make_handler)
    : impl_(std::make_unique<Impl>(options, std::move(make_handler))) {}

Server::~Server() = default;

void Server::add(int descriptor, Listener listener) {
  impl_->doors.emplace_back(impl_->loop, descriptor, std::move(listener));
}

void Server::run() {
  impl_->open_doors();
  impl_->loop.run();
}

void Server::drain(std::chrono::milliseconds most) {
  post([impl = impl_.get(), most] { impl->begin_drain(most); });
}

void Server::post(std::function<void()> job) {
  asio::post(impl_->loop, std::move(job));
}

void Server::every(std::chrono::milliseconds interval,
                   std::function<void()> job) {
  impl_->tick(
      impl_->tickers.emplace_back(impl_->loop, interval, std::move(job)));
}

void Server::on_signal(int signal, std::function<void()> job) {
  impl_->ring(impl_->bells.emplace_back(impl_->loop, signal, std::move(job)));
}

}  // namespace lostletter::milter
