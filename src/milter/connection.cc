// SPDX-License-Identifier: Apache-2.0
#include "milter/connection.h"

#include <cerrno>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/metrics.h"
#include "milter/session.h"

namespace lostletter::milter {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Descriptor = asio::posix::stream_descriptor;
using Time = std::chrono::steady_clock;

// Operations in flight keep it alive; close() ends it at once for everybody
// else.
class SocketConnection final : public Connection, public SessionHost {
 public:
  SocketConnection(Hall& hall, const Listener& listener, Ended ended)
      : hall_(hall),
        listener_(listener),
        ended_(std::move(ended)),
        socket_(hall.loop),
        deadline_(hall.loop),
        idle_(hall.loop) {
    session_ = std::make_unique<Session>(listener, hall.make_handler, *this);
  }

  // False when the kernel cannot watch it; the descriptor is the caller's then.
  bool assign(int descriptor) {
    error_code error;
    (void)socket_.assign(descriptor, error);
    if (error) return false;
    tcp_ = is_tcp(descriptor);
    if (tcp_) set_tcp(TCP_NODELAY);
    return true;
  }

  void start() override {
    heard_ = Time::now();
    watch_idle(hall_.options.idle_time);
    wait_readable();
  }

  void close() override {
    if (closed_) return;
    closed_ = true;
    deadline_.cancel();
    idle_.cancel();
    socket_.close();
    session_.reset();
    ended_(shared_from_this());
  }

  // --- SessionHost

  Done done_for(std::uint64_t question) override {
    return [gateway = hall_.gateway, weak = std::weak_ptr(shared()),
            question](Answer answer) {
      gateway->run([weak, question, answer = std::move(answer)] {
        if (const auto self = weak.lock()) self->answer(question, answer);
      });
    };
  }

  void trouble(Trouble kind, std::string_view text) override {
    struct Row {
      Event event;
      std::string_view label;
    };
    constexpr Row kRows[] = {{Event::kMilterProtocol, "frame"},
                             {Event::kMilterProtocol, "state"},
                             {Event::kJobFailed, "handler"}};
    const Row& row = kRows[static_cast<std::size_t>(kind)];
    count(Metric::kMilterErrors, row.label);
    log_event(row.event,
              {{"listener", listener_.name}, {"problem", std::string(text)}});
  }

 private:
  std::shared_ptr<SocketConnection> shared() {
    return std::static_pointer_cast<SocketConnection>(shared_from_this());
  }

  static bool is_tcp(int descriptor) {
    int domain = 0;
    socklen_t size = sizeof domain;
    getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size);
    return domain == AF_INET || domain == AF_INET6;
  }

  void set_tcp(int option) {
    const int on = 1;
    setsockopt(socket_.native_handle(), IPPROTO_TCP, option, &on, sizeof on);
  }

  // Postfix sends small pieces without TCP_NODELAY: each waits for our ACK of
  // the one before, and a delayed ACK costs every letter 40 ms. The kernel
  // forgets this option, so it is set around every read (tcp(7)).
  void quick_ack() {
    if (tcp_) set_tcp(TCP_QUICKACK);
  }

  // Always waiting, also while a question is open, to see the peer go away.
  void wait_readable() {
    reading_ = true;
    quick_ack();
    socket_.async_wait(Descriptor::wait_read,
                       [self = shared()](error_code error) {
                         self->reading_ = false;
                         if (!error) self->safely([&] { self->read(); });
                       });
  }

  void read() {
    if (closed_) return;
    const ssize_t size = recv(socket_.native_handle(), hall_.buffer.data(),
                              hall_.buffer.size(), MSG_DONTWAIT);
    if (size == 0) return close();
    if (size < 0) {
      if (errno != EAGAIN && errno != EINTR) return close();
      return wait_readable();
    }
    quick_ack();
    heard_ = Time::now();
    talk([&](Session& session) {
      session.receive({hall_.buffer.data(), static_cast<std::size_t>(size)});
    });
  }

  void answer(std::uint64_t question, const Answer& answer) {
    if (!session_ || session_->question() != question) return;
    if (talking_) return session_->answer(question, answer);
    safely([&] {
      talk([&](Session& session) { session.answer(question, answer); });
    });
  }

  void late(std::uint64_t question) {
    if (!session_ || session_->question() != question) return;
    count(Metric::kMilterErrors, "late");
    log_event(
        Event::kDecisionLate,
        {{"listener", listener_.name},
         {"waited_ms", std::int64_t{hall_.options.decision_time.count()}}});
    talk([](Session& session) { session.late(); });
  }

  // Everything the session does is between these lines. A `done` that comes
  // within them is heard by the session alone.
  template <typename Say>
  void talk(Say say) {
    talking_ = true;
    say(*session_);
    talking_ = false;
    outgoing_ += session_->take_output();
    go_on();
  }

  void go_on() {
    if (closed_ || !write()) return;
    if (session_->finished() && outgoing_.empty()) return close();
    watch_question();
    // A peer that does not read its answers is not read either.
    if (outgoing_.empty() && !reading_) wait_readable();
  }

  // One send for all that is ready. False when the peer is gone.
  bool write() {
    while (!outgoing_.empty()) {
      const ssize_t size = send(socket_.native_handle(), outgoing_.data(),
                                outgoing_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (size > 0) {
        outgoing_.erase(0, static_cast<std::size_t>(size));
      } else if (size < 0 && errno == EAGAIN) {
        wait_writable();
        break;
      } else if (size == 0 || errno != EINTR) {
        close();
        return false;
      }
    }
    return true;
  }

  void wait_writable() {
    if (std::exchange(writing_, true)) return;
    socket_.async_wait(Descriptor::wait_write,
                       [self = shared()](error_code error) {
                         self->writing_ = false;
                         if (!error) self->safely([&] { self->go_on(); });
                       });
  }

  void watch_question() {
    if (session_->question() == watched_) return;
    if (watched_ != 0) deadline_.cancel();
    watched_ = session_->question();
    if (watched_ == 0) return;
    deadline_.expires_after(hall_.options.decision_time);
    deadline_.async_wait(
        [self = shared(), question = watched_](error_code error) {
          if (!error) self->safely([&] { self->late(question); });
        });
  }

  // One timer for a long silence, not one for each read.
  void watch_idle(Time::duration rest) {
    idle_.expires_after(rest);
    idle_.async_wait([self = shared()](error_code error) {
      if (error || self->closed_) return;
      const auto silence = Time::now() - self->heard_;
      const Time::duration most = self->hall_.options.idle_time;
      if (silence >= most) return self->close();
      self->watch_idle(most - silence);
    });
  }

  // What goes wrong here (no memory) is this connection's trouble only.
  template <typename Job>
  void safely(Job job) {
    try {
      job();
    } catch (const std::exception& error) {
      trouble(Trouble::kHandler, error.what());
      close();
    }
  }

  Hall& hall_;
  const Listener& listener_;
  Ended ended_;
  Descriptor socket_;
  asio::steady_timer deadline_;
  asio::steady_timer idle_;
  Time::time_point heard_;
  std::string outgoing_;
  std::uint64_t watched_ = 0;  // the question that deadline_ is for
  bool tcp_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool talking_ = false;
  bool closed_ = false;
  std::unique_ptr<Session> session_;
};

}  // namespace

void Gateway::run(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (loop_ == nullptr) return;
    if (!loop_->get_executor().running_in_this_thread()) {
      asio::post(*loop_, std::move(job));
      return;
    }
  }
  job();
}

void Gateway::close() {
  const std::lock_guard lock(mutex_);
  loop_ = nullptr;
}

std::shared_ptr<Connection> Connection::make(Hall& hall, int descriptor,
                                             const Listener& listener,
                                             Ended ended) {
  auto connection =
      std::make_shared<SocketConnection>(hall, listener, std::move(ended));
  if (connection->assign(descriptor)) return connection;
  ::close(descriptor);
  return nullptr;
}

}  // namespace lostletter::milter
