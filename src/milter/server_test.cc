// SPDX-License-Identifier: Apache-2.0
//
// The server over real sockets, with an MTA in this process.
#include "milter/server.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/metrics.h"
#include "milter/fake_mta.h"
#include "milter/frame.h"
#include "net/endpoint.h"

namespace lostletter::milter {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

// What the handlers of one server are told to do, and what they saw.
struct Plan {
  std::function<void(Done)> on_rcpt = [](const Done& done) { done(Proceed{}); };
  std::function<void()> on_late = [] {};
  std::atomic<int> connections = 0;
  std::atomic<int> messages = 0;
  std::atomic<int> aborts = 0;
  std::atomic<int> alive = 0;
};

class PlannedHandler final : public Handler {
 public:
  explicit PlannedHandler(Plan& plan) : plan_(plan) { ++plan_.alive; }
  ~PlannedHandler() override { --plan_.alive; }
  PlannedHandler(const PlannedHandler&) = delete;
  PlannedHandler& operator=(const PlannedHandler&) = delete;

  void connect(const Connect&, const MacroView&) override {
    ++plan_.connections;
  }
  void mail(const Mail&, const MacroView&) override { ++plan_.messages; }
  void rcpt(const Rcpt&, const MacroView&, Done done) override {
    plan_.on_rcpt(std::move(done));
  }
  void header(const Header&) override {}
  void end_of_message(const MacroView&, Done done) override { done(Proceed{}); }
  void abort() override { ++plan_.aborts; }
  void late() override { plan_.on_late(); }

 private:
  Plan& plan_;
};

// An MTA's end of a connection; every wait ends after ten seconds.
class Mta {
 public:
  explicit Mta(const net::Endpoint& endpoint) {
    if (endpoint.kind == net::Endpoint::Kind::kUnix) {
      sockaddr_un address{};
      address.sun_family = AF_UNIX;
      endpoint.path.copy(address.sun_path, sizeof address.sun_path - 1);
      open(AF_UNIX, address);
    } else {
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(endpoint.port);
      inet_pton(AF_INET, endpoint.host.c_str(), &address.sin_addr);
      open(AF_INET, address);
    }
  }
  ~Mta() { hang_up(); }
  Mta(const Mta&) = delete;
  Mta& operator=(const Mta&) = delete;

  bool connected() const { return connected_; }

  void say(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t size =
          send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
  }

  // The next answer without its length: "c", "y550 ..."; "closed" at the end;
  // "silence" when none came.
  std::string hear() {
    for (;;) {
      const auto next = reader_.next();
      if (!next) return "no frame: " + next.error().message;
      const std::optional<std::string_view>& frame = *next;
      if (frame) return std::string(*frame);
      std::string piece(4096, '\0');
      const ssize_t size = recv(socket_, piece.data(), piece.size(), 0);
      if (size < 0 && errno == EAGAIN) return "silence";
      if (size <= 0) return "closed";
      reader_.feed(
          std::string_view(piece).substr(0, static_cast<std::size_t>(size)));
    }
  }

  bool anything_to_hear() const {
    pollfd wait{socket_, POLLIN, 0};
    return poll(&wait, 1, 0) > 0;
  }

  void hang_up() {
    if (socket_ >= 0) close(std::exchange(socket_, -1));
  }

  // Up to where letters can begin.
  void greet() {
    say(fake_mta::negotiate());
    EXPECT_EQ(hear().substr(0, 5), "O\0\0\0\6"s);
    say(fake_mta::connect("client.example.com", '4', 40000, "192.0.2.7"));
  }

  std::string ask(const std::string& recipient = "bob@example.org") {
    say(fake_mta::message("ann@example.com", recipient));
    return hear();
  }

  void finish() {
    say(frame('E'));
    EXPECT_EQ(hear(), "c");
    say(frame('A'));
  }

 private:
  template <typename Address>
  void open(int family, Address& address) {
    socket_ = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address),
                         sizeof address) == 0;
  }

  int socket_ = -1;
  bool connected_ = false;
  FrameReader reader_;
};

// A server on its thread, at one endpoint.
class Running {
 public:
  Running(Plan& plan, const net::Endpoint& endpoint, ServerOptions options = {},
          OnFailure on_failure = OnFailure::kTempfail)
      : endpoint_(endpoint),
        server_(std::in_place, options, [&plan](const Listener&) {
          return std::make_unique<PlannedHandler>(plan);
        }) {
    const auto descriptor = net::listen(endpoint);
    EXPECT_TRUE(descriptor);
    if (endpoint_.kind == net::Endpoint::Kind::kInet) {
      endpoint_.port = net::bound_port(*descriptor);
    }
    server_->add(*descriptor, {endpoint_.to_string(), 0, on_failure});
  }
  ~Running() { stop(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void start() {
    thread_ = std::thread([this] { server_->run(); });
  }
  // Drains at once and takes the server away.
  void stop() {
    if (server_) server_->drain(0ms);
    join();
    server_.reset();
  }
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  Server& server() { return *server_; }
  const net::Endpoint& endpoint() const { return endpoint_; }

  // The serving thread has done what was ready before this call.
  void settle() {
    for (int i = 0; i < 20; ++i) {
      std::promise<void> done;
      server_->post([&done] { done.set_value(); });
      done.get_future().wait();
    }
  }

 private:
  net::Endpoint endpoint_;
  std::optional<Server> server_;
  std::thread thread_;
};

// What happened on another thread, for this one to wait for.
class Moment {
 public:
  void come() { promise_.set_value(); }
  bool came() { return future_.wait_for(10s) == std::future_status::ready; }

 private:
  std::promise<void> promise_;
  std::future<void> future_ = promise_.get_future();
};

class MilterServer : public testing::Test {
 protected:
  MilterServer() {
    std::string name = testing::TempDir() + "milterXXXXXX";
    directory_ = mkdtemp(name.data());
  }
  ~MilterServer() override { std::filesystem::remove_all(directory_); }

  net::Endpoint unix_endpoint() const {
    return net::Endpoint::parse("unix:" + directory_ + "/milter.sock").value();
  }
  static net::Endpoint tcp_endpoint() {
    return net::Endpoint::parse("inet:127.0.0.1:0").value();
  }

  Plan plan_;
  std::string directory_;
};

constexpr std::string_view kLate =
    "y451 4.3.0 temporary trouble in the address check; try again";

TEST_F(MilterServer, LettersOverBothKindsOfSocket) {
  for (const auto& endpoint : {unix_endpoint(), tcp_endpoint()}) {
    Running running(plan_, endpoint);
    running.start();
    Mta mta(running.endpoint());
    ASSERT_TRUE(mta.connected());
    mta.greet();
    EXPECT_EQ(mta.ask(), "c");
    mta.finish();
    EXPECT_EQ(mta.ask("carl@example.org"), "c");
    mta.say(frame('Q'));
    EXPECT_EQ(mta.hear(), "closed");
  }
  EXPECT_EQ(plan_.messages, 4);
  EXPECT_EQ(plan_.aborts, 4);
  EXPECT_EQ(plan_.alive, 0);
}

TEST_F(MilterServer, FramesByteByByte) {
  Running running(plan_, tcp_endpoint());
  running.start();
  Mta mta(running.endpoint());
  const std::string letter =
      fake_mta::negotiate() +
      fake_mta::connect("client.example.com", '4', 40000, "192.0.2.7") +
      fake_mta::message("ann@example.com", "bob@example.org");
  for (const char byte : letter) mta.say({&byte, 1});
  EXPECT_EQ(mta.hear().substr(0, 1), "O");
  EXPECT_EQ(mta.hear(), "c");
}

TEST_F(MilterServer, RefusalReachesTheMta) {
  plan_.on_rcpt = [](const Done& done) {
    done(Refuse{{550, "5.7.1", {"did you mean", "example.org?"}}});
  };
  Running running(plan_, unix_endpoint());
  running.start();
  Mta mta(running.endpoint());
  mta.greet();
  EXPECT_EQ(mta.ask(), "y550-5.7.1 did you mean\r\n550 5.7.1 example.org?\0"s);
}

TEST_F(MilterServer, ManySessionsAtOnce) {
  constexpr int kSessions = 200;
  Running running(plan_, unix_endpoint());
  running.start();
  std::vector<std::unique_ptr<Mta>> mtas;
  for (int i = 0; i < kSessions; ++i) {
    mtas.push_back(std::make_unique<Mta>(running.endpoint()));
    ASSERT_TRUE(mtas.back()->connected());
  }
  for (const auto& mta : mtas) mta->greet();
  for (const auto& mta : mtas) {
    mta->say(fake_mta::message("ann@example.com", "bob@example.org"));
  }
  for (const auto& mta : mtas) EXPECT_EQ(mta->hear(), "c");
  for (const auto& mta : mtas) mta->finish();
  EXPECT_EQ(plan_.connections, kSessions);
}

TEST_F(MilterServer, TwoDoors) {
  Running running(plan_, unix_endpoint());
  const auto second = net::listen(tcp_endpoint());
  ASSERT_TRUE(second);
  net::Endpoint tcp = tcp_endpoint();
  tcp.port = net::bound_port(*second);
  running.server().add(*second, {"second", 1, OnFailure::kTempfail});
  running.start();
  for (const auto& endpoint : {running.endpoint(), tcp}) {
    Mta mta(endpoint);
    mta.greet();
    EXPECT_EQ(mta.ask(), "c");
  }
}

TEST_F(MilterServer, GarbageEndsItsOwnSessionOnly) {
  Running running(plan_, unix_endpoint());
  running.start();
  Mta good(running.endpoint());
  good.greet();
  Mta bad(running.endpoint());
  bad.say("EHLO client.example.com\r\n");
  EXPECT_EQ(bad.hear(), "closed");
  EXPECT_EQ(good.ask(), "c");
}

// --- decisions that take their time

TEST_F(MilterServer, AnswerFromAnotherThread) {
  std::vector<std::thread> threads;
  plan_.on_rcpt = [&threads](const Done& done) {
    threads.emplace_back([done] { done(Proceed{}); });
  };
  Running running(plan_, unix_endpoint(), {.decision_time = 10s});
  running.start();
  Mta mta(running.endpoint());
  mta.greet();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(mta.ask(), "c");
  running.stop();
  for (auto& thread : threads) thread.join();
}

TEST_F(MilterServer, LateDecision) {
  struct Case {
    OnFailure on_failure;
    std::string answer;
  };
  const Case cases[] = {{OnFailure::kTempfail, std::string(kLate) + '\0'},
                        {OnFailure::kAccept, "c"}};
  for (const auto& [on_failure, answer] : cases) {
    Moment late;
    Done kept;
    plan_.on_rcpt = [&kept](Done done) { kept = std::move(done); };
    plan_.on_late = [&late] { late.come(); };
    Running running(plan_, unix_endpoint(), {.decision_time = 20ms},
                    on_failure);
    running.start();
    Mta mta(running.endpoint());
    mta.greet();
    EXPECT_EQ(mta.ask(), answer);
    EXPECT_TRUE(late.came());
    // Too late: nobody hears it, and the next recipient is asked about anew.
    kept(Refuse{{550, "5.7.1", {"no"}}});
    running.settle();
    EXPECT_FALSE(mta.anything_to_hear());
    running.server().post(
        [this] { plan_.on_rcpt = [](const Done& done) { done(Proceed{}); }; });
    running.settle();
    EXPECT_EQ(mta.ask(), "c");
  }
}

TEST_F(MilterServer, PeerVanishesWhileItsQuestionIsOpen) {
  Done kept;
  Moment asked;
  plan_.on_rcpt = [&](Done done) {
    kept = std::move(done);
    asked.come();
  };
  Running running(plan_, unix_endpoint(), {.decision_time = 10s});
  running.start();
  Mta mta(running.endpoint());
  mta.greet();
  mta.say(fake_mta::message("ann@example.com", "bob@example.org"));
  ASSERT_TRUE(asked.came());
  EXPECT_EQ(plan_.alive, 1);
  mta.hang_up();
  while (plan_.alive != 0) std::this_thread::yield();
  EXPECT_EQ(plan_.aborts, 1);
  kept(Proceed{});  // into the void
  running.settle();
}

TEST_F(MilterServer, AnswerAfterTheServerIsGone) {
  Done kept;
  Moment asked;
  plan_.on_rcpt = [&](Done done) {
    kept = std::move(done);
    asked.come();
  };
  Running running(plan_, unix_endpoint(), {.decision_time = 10s});
  running.start();
  Mta mta(running.endpoint());
  mta.greet();
  mta.say(fake_mta::message("ann@example.com", "bob@example.org"));
  ASSERT_TRUE(asked.came());
  running.stop();
  EXPECT_EQ(plan_.alive, 0);
  kept(Proceed{});
  EXPECT_EQ(mta.hear(), "closed");
}

// --- limits

TEST_F(MilterServer, PeerThatDoesNotRead) {
  constexpr int kQuestions = 200000;
  Running running(plan_, unix_endpoint());
  running.start();
  Mta mta(running.endpoint());
  mta.greet();
  mta.say(fake_mta::text('M', {"<ann@example.com>"}));
  std::thread talker([&mta] {
    const std::string question = fake_mta::text('R', {"<bob@example.org>"});
    std::string many;
    for (int i = 0; i < 100; ++i) many += question;
    for (int i = 0; i < kQuestions / 100; ++i) mta.say(many);
  });
  // The answers fill the socket before the first is read.
  while (!mta.anything_to_hear()) std::this_thread::yield();
  std::this_thread::sleep_for(100ms);
  int answers = 0;
  while (answers < kQuestions && mta.hear() == "c") ++answers;
  EXPECT_EQ(answers, kQuestions);
  talker.join();
}

TEST_F(MilterServer, MostSessions) {
  Running running(plan_, unix_endpoint(), {.most_sessions = 2});
  running.start();
  Mta first(running.endpoint());
  first.greet();
  Mta second(running.endpoint());
  second.greet();
  Mta third(running.endpoint());
  third.say(fake_mta::negotiate());
  running.settle();
  EXPECT_FALSE(third.anything_to_hear()) << "accepted too many";
  EXPECT_EQ(second.ask(), "c");
  first.hang_up();
  EXPECT_EQ(third.hear().substr(0, 1), "O");
}

TEST_F(MilterServer, SilentPeerIsLetGo) {
  Running running(plan_, unix_endpoint(), {.idle_time = 1s});
  running.start();
  Mta silent(running.endpoint());
  silent.greet();
  EXPECT_EQ(silent.hear(), "closed");
}

int open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<int>(std::distance(begin(all), end(all)));
}

TEST_F(MilterServer, NoDescriptorIsLeaked) {
  Running running(plan_, unix_endpoint());
  running.start();
  running.settle();
  const int before = open_descriptors();
  for (int i = 0; i < 100; ++i) {
    Mta mta(running.endpoint());
    if (i % 4 == 0) continue;  // hangs up at once
    if (i % 4 == 1) mta.say("garbage");
    if (i % 4 == 2) mta.greet();
    if (i % 4 == 3) {
      mta.greet();
      EXPECT_EQ(mta.ask(), "c");
    }
  }
  while (open_descriptors() > before) std::this_thread::yield();
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_EQ(plan_.alive, 0);
}

// Without descriptors the listening socket stays readable: no spinning, one
// line in the log, and service when there are some again.
TEST_F(MilterServer, NoDescriptorsLeft) {
#if defined(__SANITIZE_ADDRESS__)
  // UBSan asks a pipe whether an address is readable, and there is none left.
  GTEST_SKIP() << "the sanitizer needs descriptors of its own";
#endif
  Running running(plan_, unix_endpoint());
  running.start();
  running.settle();
  Mta mta(running.endpoint());
  mta.greet();
  testing::internal::CaptureStderr();
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const int waiting = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(waiting) + 1;
  setrlimit(RLIMIT_NOFILE, &none);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  running.endpoint().path.copy(address.sun_path, sizeof address.sun_path - 1);
  EXPECT_EQ(
      connect(waiting, reinterpret_cast<sockaddr*>(&address), sizeof address),
      0);
  std::this_thread::sleep_for(350ms);  // some attempts
  EXPECT_EQ(mta.ask(), "c") << "the others are served";
  setrlimit(RLIMIT_NOFILE, &before);
  const std::string offer = fake_mta::negotiate();
  EXPECT_EQ(send(waiting, offer.data(), offer.size(), 0),
            static_cast<ssize_t>(offer.size()));
  std::string answer(5, '\0');
  EXPECT_EQ(recv(waiting, answer.data(), answer.size(), MSG_WAITALL), 5);
  EXPECT_EQ(answer[4], 'O');
  close(waiting);
  running.stop();
  const std::string log = testing::internal::GetCapturedStderr();
  const auto first = log.find("event=accept-failed");
  EXPECT_NE(first, log.npos) << log;
  EXPECT_EQ(log.find("event=accept-failed", first + 1), log.npos) << log;
}

// --- the end

TEST_F(MilterServer, DrainWithoutSessions) {
  Running running(plan_, unix_endpoint());
  running.start();
  running.settle();
  running.server().drain(1h);
  running.join();
  EXPECT_FALSE(Mta(running.endpoint()).connected());
}

TEST_F(MilterServer, DrainBeforeRun) {
  Running running(plan_, unix_endpoint());
  running.server().drain(1h);
  running.start();
  running.join();
}

TEST_F(MilterServer, DrainLetsSessionsFinish) {
  Running running(plan_, unix_endpoint());
  running.start();
  Mta mta(running.endpoint());
  mta.greet();
  EXPECT_EQ(mta.ask(), "c");
  running.server().drain(1h);
  running.settle();
  EXPECT_FALSE(Mta(running.endpoint()).connected());
  mta.finish();
  EXPECT_EQ(mta.ask("carl@example.org"), "c") << "also the next letter";
  mta.finish();
  mta.say(frame('Q'));
  running.join();
  EXPECT_EQ(plan_.alive, 0);
}

TEST_F(MilterServer, DrainEndsWhenTimeIsUp) {
  Running running(plan_, unix_endpoint());
  running.start();
  Mta mta(running.endpoint());
  mta.greet();
  EXPECT_EQ(mta.ask(), "c");
  running.server().drain(20ms);
  running.join();
  EXPECT_EQ(mta.hear(), "closed");
  EXPECT_EQ(plan_.aborts, 1);
}

TEST_F(MilterServer, SecondDrainEndsAtOnce) {
  Running running(plan_, unix_endpoint());
  running.start();
  Mta mta(running.endpoint());
  mta.greet();
  running.server().drain(1h);
  running.server().drain(1h);
  running.join();
  EXPECT_EQ(mta.hear(), "closed");
}

// The kernel took the connection before the drain: it was promised a session.
TEST_F(MilterServer, DrainServesWhoeverWaitsAtTheDoor) {
  Running running(plan_, unix_endpoint());
  std::promise<void> go;
  running.server().post([&go] { go.get_future().wait(); });
  running.start();
  Mta mta(running.endpoint());
  ASSERT_TRUE(mta.connected());
  running.server().drain(1h);
  go.set_value();
  mta.greet();
  EXPECT_EQ(mta.ask(), "c");
  mta.say(frame('Q'));
  running.join();
}

TEST_F(MilterServer, DrainWhileAQuestionIsOpen) {
  Done kept;
  Moment asked;
  plan_.on_rcpt = [&](Done done) {
    kept = std::move(done);
    asked.come();
  };
  Running running(plan_, unix_endpoint(), {.decision_time = 10s});
  running.start();
  Mta mta(running.endpoint());
  mta.greet();
  mta.say(fake_mta::message("ann@example.com", "bob@example.org"));
  ASSERT_TRUE(asked.came());
  running.server().drain(1h);
  kept(Proceed{});
  EXPECT_EQ(mta.hear(), "c");
  mta.hang_up();
  running.join();
}

// --- work of others on the serving thread

TEST_F(MilterServer, PostEveryAndSignals) {
  Running running(plan_, unix_endpoint());
  std::atomic<int> ticks = 0;
  std::atomic<int> rings = 0;
  std::thread::id tick_thread;
  Moment ticked;
  Moment rang;
  running.server().every(1ms, [&] {
    tick_thread = std::this_thread::get_id();
    if (++ticks == 3) ticked.come();
  });
  running.server().on_signal(SIGUSR1, [&] {
    if (++rings == 2) rang.come();
  });
  running.start();
  EXPECT_TRUE(ticked.came());
  kill(getpid(), SIGUSR1);
  while (rings == 0) std::this_thread::yield();
  kill(getpid(), SIGUSR1);
  EXPECT_TRUE(rang.came());
  Moment posted;
  std::thread::id post_thread;
  running.server().post([&] {
    post_thread = std::this_thread::get_id();
    posted.come();
  });
  EXPECT_TRUE(posted.came());
  running.server().drain(0ms);
  running.join();  // neither timers nor signals keep it
  EXPECT_EQ(tick_thread, post_thread);
  running.stop();
  kill(getpid(), SIGUSR1);  // what came too late is ignored, not deadly
  EXPECT_EQ(rings, 2);
}

TEST_F(MilterServer, MetricsCountWhatHappens) {
  const auto value = [](const std::string& name) {
    const std::string text = metrics_text();
    const auto at = text.find("\n" + name + ' ');
    return at == text.npos ? -1
                           : std::atoi(text.c_str() + at + name.size() + 2);
  };
  const std::string frames = "lostletter_milter_errors_total{kind=\"frame\"}";
  const std::string messages = "lostletter_milter_messages_total";
  const int frames_before = std::max(value(frames), 0);
  const int messages_before = std::max(value(messages), 0);
  Running running(plan_, unix_endpoint());
  running.start();
  Mta bad(running.endpoint());
  bad.say("EHLO client.example.com\r\n");
  EXPECT_EQ(bad.hear(), "closed");
  Mta good(running.endpoint());
  good.greet();
  EXPECT_EQ(good.ask(), "c");
  EXPECT_EQ(value(frames), frames_before + 1);
  EXPECT_EQ(value(messages), messages_before + 1);
  EXPECT_EQ(value("lostletter_milter_sessions"), 1);
  running.stop();
  EXPECT_EQ(value("lostletter_milter_sessions"), 0);
}

}  // namespace
}  // namespace lostletter::milter
