// SPDX-License-Identifier: Apache-2.0
//
// The socket server with a conversation whose answers come when another thread
// says so, over real sockets of both kinds.
#include "smtp/server.h"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/endpoint.h"
#include "smtp/line.h"

namespace lostletter::smtp {
namespace {

using namespace std::chrono_literals;

// What has been asked for later, to be answered by the test's thread.
class Desk {
 public:
  using Answer = std::function<void()>;

  void put(Answer answer) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(answer));
    came_.notify_all();
  }
  Answer take() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return !waiting_.empty(); });
    Answer answer = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    return answer;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Answer> waiting_;
};

// "NAME" is answered at once; "later NAME" when the desk says so, and every
// line behind it after that. "secret" asks for TLS.
class Parrot final : public Conversation {
 public:
  Parrot(Peer peer, Desk& desk, Resume resume)
      : peer_(std::move(peer)), desk_(desk), resume_(std::move(resume)) {}

  std::string greet() override { return "hello " + peer_.address + "\r\n"; }
  void feed(std::string_view bytes, std::string& answer) override {
    EXPECT_FALSE(waits_);
    lines_.feed(bytes);
    go_on(answer);
  }
  void shut(std::string_view reason, std::string& answer) override {
    answer += "shut: " + std::string(reason) + "\r\n";
    over_ = true;
  }
  bool over() const override { return over_; }
  bool waits() const override { return waits_; }
  bool wants_tls() const override { return wants_tls_; }

 private:
  void go_on(std::string& answer) {
    while (!waits_ && !over_) {
      const auto line = lines_.next();
      if (!line) return;
      const std::string text(line->text);
      if (text.starts_with("later ")) {
        waits_ = true;
        desk_.put([this, resume = resume_, text] {
          resume([this, text](std::string& late) {
            waits_ = false;
            late += text + "\r\n";
            go_on(late);
          });
        });
      } else {
        answer += text + "\r\n";
        over_ = text == "bye";
        wants_tls_ = text == "secret";
      }
    }
  }

  const Peer peer_;
  Desk& desk_;
  const Resume resume_;
  LineReader lines_;
  bool waits_ = false;
  bool over_ = false;
  bool wants_tls_ = false;
};

class Client {
 public:
  Client(const sockaddr* address, socklen_t size)
      : descriptor_(::socket(address->sa_family, SOCK_STREAM, 0)) {
    EXPECT_EQ(::connect(descriptor_, address, size), 0) << strerror(errno);
  }
  ~Client() { hang_up(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void say(std::string_view text) {
    EXPECT_EQ(::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  // One line, or "closed".
  std::string hear() {
    for (;;) {
      const auto end = heard_.find("\r\n");
      if (end != heard_.npos) {
        const std::string line = heard_.substr(0, end);
        heard_.erase(0, end + 2);
        return line;
      }
      std::array<char, 1000> piece{};
      const auto size = ::recv(descriptor_, piece.data(), piece.size(), 0);
      if (size <= 0) return "closed";
      heard_.append(piece.data(), static_cast<std::size_t>(size));
    }
  }
  void hang_up() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_;
  std::string heard_;
};

class SmtpServer : public testing::Test {
 protected:
  SmtpServer() {
    std::string name = std::filesystem::temp_directory_path() / "llXXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~SmtpServer() override {
    stop();
    std::filesystem::remove_all(folder_);
  }

  void start(const ServerOptions& options = {}) {
    server_ = Server::make(options).value();
    const MakeConversation make = [this](const Peer& peer, Resume resume) {
      return std::make_unique<Parrot>(peer, desk_, std::move(resume));
    };
    server_->add(listen("unix:" + path()), make);
    const int inet = listen("inet:127.0.0.1:0");
    port_ = net::bound_port(inet);
    server_->add(inet, make);
    thread_ = std::thread([this] { server_->run(); });
  }
  void stop() {
    if (!thread_.joinable()) return;
    server_->post([this] { server_->stop(); });
    thread_.join();
    server_.reset();
  }

  static int listen(const std::string& where) {
    return net::listen(net::Endpoint::parse(where).value()).value();
  }
  std::string path() const { return folder_ + "/hold.sock"; }
  std::unique_ptr<Client> by_unix() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    return std::make_unique<Client>(reinterpret_cast<sockaddr*>(&address),
                                    sizeof address);
  }
  std::unique_ptr<Client> by_inet() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    return std::make_unique<Client>(reinterpret_cast<sockaddr*>(&address),
                                    sizeof address);
  }

  Desk desk_;
  std::string folder_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

TEST_F(SmtpServer, AnswersWhenAnotherThreadSaysSo) {
  start();
  const auto first = by_unix();
  const auto second = by_inet();
  EXPECT_EQ(first->hear(), "hello ");
  EXPECT_EQ(second->hear(), "hello 127.0.0.1");
  for (Client* client : {first.get(), second.get()}) {
    client->say("one\r\nlater two\r\nthree\r\nlater four\r\nbye\r\nfive\r\n");
    EXPECT_EQ(client->hear(), "one");
    desk_.take()();
    EXPECT_EQ(client->hear(), "later two");
    EXPECT_EQ(client->hear(), "three");
    desk_.take()();
    EXPECT_EQ(client->hear(), "later four");
    EXPECT_EQ(client->hear(), "bye");
    EXPECT_EQ(client->hear(), "closed");
  }
}

TEST_F(SmtpServer, OthersAreServedWhileOneWaits) {
  start();
  const auto waiting = by_unix();
  waiting->hear();
  waiting->say("later one\r\n");
  const auto answer = desk_.take();
  const auto other = by_unix();
  other->hear();
  other->say("hello\r\n");
  EXPECT_EQ(other->hear(), "hello");
  answer();
  EXPECT_EQ(waiting->hear(), "later one");
}

TEST_F(SmtpServer, AnAnswerForNobodyIsHarmless) {
  start();
  std::vector<Desk::Answer> answers;
  for (int i = 0; i < 3; ++i) {
    auto client = by_unix();
    client->hear();
    client->say("later one\r\n");
    answers.push_back(desk_.take());
  }  // they hang up
  answers[0]();
  const auto other = by_unix();
  other->hear();
  other->say("hello\r\n");
  EXPECT_EQ(other->hear(), "hello");
  auto last = by_unix();
  last->hear();
  last->say("later two\r\n");
  answers.push_back(desk_.take());
  stop();
  EXPECT_EQ(last->hear(), "shut: closes now, come later");
  EXPECT_EQ(last->hear(), "closed");
  for (const auto& answer : answers) answer();  // the server is gone
}

TEST_F(SmtpServer, OnlyThePeersSilenceCounts) {
  start({.silence = 1s});
  const auto waiting = by_unix();
  waiting->hear();
  waiting->say("later one\r\n");
  const auto answer = desk_.take();
  const auto silent = by_inet();
  silent->hear();
  EXPECT_EQ(silent->hear(), "shut: you were silent, or here, for too long");
  EXPECT_EQ(silent->hear(), "closed");
  // Later than it came, so this one is there no shorter than the silent one.
  answer();
  EXPECT_EQ(waiting->hear(), "later one");
}

// Who never is silent goes all the same.
TEST_F(SmtpServer, AWholeSessionHasItsTime) {
  start({.silence = 1000s, .most_time = 1s});
  const auto talker = by_inet();
  EXPECT_EQ(talker->hear(), "hello 127.0.0.1");
  std::string heard;
  do {
    talker->say("still here\r\n");
    heard = talker->hear();
  } while (heard == "still here");
  EXPECT_EQ(heard, "shut: you were silent, or here, for too long");
}

TEST_F(SmtpServer, CrowdsAreTurnedAway) {
  start({.host = "mx.test", .most_sessions = 3, .most_of_one = 1});
  const std::string sorry = "421 4.3.2 mx.test too many sessions, come later";
  const auto first = by_inet();
  EXPECT_EQ(first->hear(), "hello 127.0.0.1");
  EXPECT_EQ(by_inet()->hear(), sorry);
  // Unix sockets have no address that could have had its share.
  const auto second = by_unix();
  const auto third = by_unix();
  EXPECT_EQ(second->hear(), "hello ");
  EXPECT_EQ(third->hear(), "hello ");
  EXPECT_EQ(by_unix()->hear(), sorry);
}

net::Networks loopback() {
  return net::Networks::parse({"127.0.0.0/8"}).value();
}

TEST_F(SmtpServer, TheClientIsWhomTheBalancerNames) {
  start({.host = "mx.test", .most_of_one = 1, .proxies = loopback()});
  const auto first = by_inet();
  first->say("PROXY TCP4 192.0.2.1 192.0.2.2 56324 25\r\none\r\n");
  EXPECT_EQ(first->hear(), "hello 192.0.2.1");
  EXPECT_EQ(first->hear(), "one");
  // In pieces, and of version 2.
  const std::string header(
      "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C"
      "\xC0\0\2\2\xC0\0\2\2\xDC\x04\0\x19",
      28);
  const auto second = by_inet();
  for (const char c : header) second->say({&c, 1});
  EXPECT_EQ(second->hear(), "hello 192.0.2.2");
  const auto crowd = by_inet();
  crowd->say("PROXY TCP4 192.0.2.1 192.0.2.2 56325 25\r\n");
  EXPECT_EQ(crowd->hear(), "421 4.3.2 mx.test too many sessions, come later");
  // The balancer itself looks after us.
  const auto check = by_inet();
  check->say("PROXY UNKNOWN\r\n");
  EXPECT_EQ(check->hear(), "hello 127.0.0.1");
  // Nobody says hello before it is known to whom.
  const auto stranger = by_inet();
  stranger->say("EHLO mail.example.com\r\n");
  EXPECT_EQ(stranger->hear(), "closed");
}

TEST_F(SmtpServer, OnlyBalancersAreBelieved) {
  start({.proxies = net::Networks::parse({"192.0.2.0/24"}).value()});
  const auto liar = by_inet();
  liar->say("PROXY TCP4 192.0.2.1 192.0.2.2 56324 25\r\n");
  EXPECT_EQ(liar->hear(), "hello 127.0.0.1");
  EXPECT_EQ(liar->hear(), "PROXY TCP4 192.0.2.1 192.0.2.2 56324 25");
}

// A key and a certificate that it has signed itself, both in one PEM file.
std::string make_certificate(const std::string& path) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(),
                                                                X509_free);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  EXPECT_GT(X509_sign(certificate.get(), key.get(), EVP_sha256()), 0);
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(
      BIO_new_file(path.c_str(), "w"), BIO_free);
  EXPECT_EQ(PEM_write_bio_X509(file.get(), certificate.get()), 1);
  EXPECT_EQ(PEM_write_bio_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0,
                                     nullptr, nullptr),
            1);
  return path;
}

// Whether they say nothing, or begin a record and leave it open: closed,
// without a word in the clear. Others are served as ever.
TEST_F(SmtpServer, AHalfOpenHandshakeIsLetGo) {
  const std::string pem = make_certificate(folder_ + "/both.pem");
  start({.certificate = pem, .key = pem, .handshake = 0s, .look = 10ms});
  const std::string openings[] = {"", "\x16\x03\x01\x02", "\x16"};
  for (const std::string& opening : openings) {
    const auto half_open = by_inet();
    half_open->hear();
    half_open->say("secret\r\n");
    EXPECT_EQ(half_open->hear(), "secret");
    if (!opening.empty()) half_open->say(opening);
    EXPECT_EQ(half_open->hear(), "closed");
  }
  const auto other = by_inet();
  EXPECT_EQ(other->hear(), "hello 127.0.0.1");
  other->say("hello\r\n");
  EXPECT_EQ(other->hear(), "hello");
}

TEST_F(SmtpServer, WhoeverWaitsInTheTarIsNotSilent) {
  // Longer than the silence that is allowed; a server that counted it would
  // hang up, one without a tarpit would answer within it.
  start({.tarpit = 2500ms, .silence = 1s});
  const auto begin = std::chrono::steady_clock::now();
  const auto slow = by_inet();
  EXPECT_EQ(slow->hear(), "hello 127.0.0.1");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 2500ms);
  const auto leaving = by_inet();
  stop();  // does not wait for the tar
}

}  // namespace
}  // namespace lostletter::smtp
