// SPDX-License-Identifier: Apache-2.0
//
// The server as a client meets it: raw sockets, whole answers, hostile bytes.
#include "http/server.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lostletter::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A client that sends what it is told, and reads until the server closes or
// has been silent for ten seconds (then the test fails by its assertions).
class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
                   sizeof receive_buffer);
    }
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address),
                           sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }

  // False when the server would hear no more.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent =
          ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  std::string read_some() const {
    char buffer[4096];
    const auto size = ::recv(socket_, buffer, sizeof buffer, 0);
    return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : "";
  }

  std::string read_all() const {
    std::string all;
    for (std::string some = read_some(); !some.empty(); some = read_some()) {
      all += some;
    }
    return all;
  }

  // One answer of a connection that stays open, by its Content-Length.
  std::string read_answer() const {
    std::string all;
    while (true) {
      const auto end = all.find("\r\n\r\n");
      const auto length = all.find("Content-Length: ");
      if (end != all.npos && length != all.npos) {
        const auto body = std::strtoul(all.c_str() + length + 16, nullptr, 10);
        if (all.size() >= end + 4 + body) return all;
      }
      const std::string some = read_some();
      if (some.empty()) return all;
      all += some;
    }
  }

 private:
  int socket_;
  bool connected_ = false;
};

constexpr std::string_view kHost = "Host: 127.0.0.1\r\n";
constexpr std::string_view kClose = "Connection: close\r\n";

std::string request(std::string_view line, std::string_view headers = "",
                    std::string_view body = "") {
  std::string text;
  text.append(line).append("\r\n").append(kHost).append(kClose);
  text.append(headers);
  if (!body.empty()) {
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return text.append("\r\n").append(body);
}

std::string status_of(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n"));
}

std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == answer.npos ? "" : answer.substr(end + 4);
}

class ServerTest : public testing::Test {
 protected:
  void serve(ServerOptions options) {
    options.port = 0;
    server_ = std::make_unique<Server>(
        options, std::vector<Route>{
                     {"GET", "/",
                      [](const Request&) {
                        return Response{200, "text/html; charset=utf-8",
                                        "the page"};
                      }},
                     {"GET", "/big",
                      [](const Request&) {
                        return Response{200, "text/plain",
                                        std::string(std::size_t{8} << 20, 'x')};
                      }},
                     {"POST", "/echo",
                      [](const Request& got) {
                        return Response{200, "text/plain", got.body};
                      }},
                     {"GET", "/throws",
                      [](const Request&) -> Response {
                        throw std::runtime_error("the secret of /etc/shadow");
                      }},
                 });
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().message;
  }

  std::string ask(std::string_view bytes) const {
    const Client client(server_->port());
    client.send(bytes);
    return client.read_all();
  }

  std::unique_ptr<Server> server_;
};

ServerOptions impatient() {
  ServerOptions options;
  options.patience = std::chrono::milliseconds(400);
  return options;
}

TEST_F(ServerTest, AnswersWithSecurityHeadersAndNoBanner) {
  serve({});
  const std::string answer = ask(request("GET / HTTP/1.1"));
  EXPECT_EQ(status_of(answer), "HTTP/1.1 200 OK");
  EXPECT_EQ(body_of(answer), "the page");
  for (const char* header :
       {"Content-Security-Policy: default-src 'self'; ",
        "frame-ancestors 'none'", "X-Content-Type-Options: nosniff\r\n",
        "Referrer-Policy: no-referrer\r\n", "Cache-Control: no-cache\r\n",
        "Content-Type: text/html; charset=utf-8\r\n", "Content-Length: 8\r\n",
        "Connection: close\r\n", "Date: "}) {
    EXPECT_THAT(answer, HasSubstr(header));
  }
  EXPECT_THAT(answer, Not(HasSubstr("Server:")));
}

TEST_F(ServerTest, WholeConversations) {
  serve({});
  const std::string many_fields = [] {
    std::string fields;
    for (int i = 0; i < 2000; ++i) fields += "X-Field: 1234567\r\n";
    return fields;
  }();
  const struct {
    std::string name, bytes, status, body;
  } cases[] = {
      {"head", request("HEAD / HTTP/1.1"), "HTTP/1.1 200 OK", ""},
      {"post", request("POST /echo HTTP/1.1", "", "abc"), "HTTP/1.1 200 OK",
       "abc"},
      {"chunked",
       request("POST /echo HTTP/1.1", "Transfer-Encoding: chunked\r\n") +
           "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
       "HTTP/1.1 200 OK", "abcde"},
      {"missing", request("GET /nothing HTTP/1.1"), "HTTP/1.1 404 Not Found",
       "{\"error\":\"there is nothing here\"}\n"},
      {"method", request("DELETE / HTTP/1.1"),
       "HTTP/1.1 405 Method Not Allowed",
       "{\"error\":\"use GET, HEAD here\"}\n"},
      {"unknown method", request("BREW / HTTP/1.1"),
       "HTTP/1.1 405 Method Not Allowed",
       "{\"error\":\"use GET, HEAD here\"}\n"},
      {"exception", request("GET /throws HTTP/1.1"),
       "HTTP/1.1 500 Internal Server Error",
       "{\"error\":\"something failed here; the log says what\"}\n"},
      {"climbing", request("GET /../../etc/passwd HTTP/1.1"),
       "HTTP/1.1 404 Not Found", "{\"error\":\"there is nothing here\"}\n"},
      {"climbing, encoded", request("GET /%2e%2e/%2fetc/passwd HTTP/1.1"),
       "HTTP/1.1 404 Not Found", "{\"error\":\"there is nothing here\"}\n"},
      {"proxy request", request("GET http://example.com/ HTTP/1.1"),
       "HTTP/1.1 400 Bad Request",
       "{\"error\":\"the request target must begin with '/'\"}\n"},
      {"foreign host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
       "HTTP/1.1 421 Misdirected Request",
       "{\"error\":\"this server does not answer for evil.example; use its "
       "address, or configure a token\"}\n"},
      {"no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request",
       "{\"error\":\"exactly one Host header is needed\"}\n"},
      {"two hosts",
       "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
       "HTTP/1.1 400 Bad Request",
       "{\"error\":\"exactly one Host header is needed\"}\n"},
      {"foreign origin",
       request("POST /echo HTTP/1.1", "Origin: http://evil.example\r\n", "abc"),
       "HTTP/1.1 403 Forbidden",
       "{\"error\":\"requests from pages of other sites are refused\"}\n"},
      {"huge line", "GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\n\r\n",
       "HTTP/1.1 431 Request Header Fields Too Large",
       "{\"error\":\"the request header is too large\"}\n"},
      {"huge field",
       request("GET / HTTP/1.1", "X: " + std::string(100'000, 'a') + "\r\n"),
       "HTTP/1.1 431 Request Header Fields Too Large",
       "{\"error\":\"the request header is too large\"}\n"},
      {"many fields", request("GET / HTTP/1.1", many_fields),
       "HTTP/1.1 431 Request Header Fields Too Large",
       "{\"error\":\"the request header is too large\"}\n"},
      {"announced too large",
       request("POST /echo HTTP/1.1", "Content-Length: 99999999999\r\n"),
       "HTTP/1.1 413 Payload Too Large",
       "{\"error\":\"the request body is too large\"}\n"},
      {"too large",
       request("POST /echo HTTP/1.1", "", std::string(3 << 20, 'x')),
       "HTTP/1.1 413 Payload Too Large",
       "{\"error\":\"the request body is too large\"}\n"},
      {"largest", request("POST /echo HTTP/1.1", "", std::string(1 << 20, 'x')),
       "HTTP/1.1 200 OK", std::string(1 << 20, 'x')},
  };
  for (const auto& [name, bytes, status, body] : cases) {
    const std::string answer = ask(bytes);
    EXPECT_EQ(status_of(answer), status) << name;
    EXPECT_EQ(body_of(answer), body) << name;
  }
}

TEST_F(ServerTest, SaysThatABodyIsWelcome) {
  serve({});
  const std::string answer =
      ask(request("POST /echo HTTP/1.1", "Expect: 100-continue\r\n", "abc"));
  EXPECT_EQ(status_of(answer), "HTTP/1.1 100 Continue");
  EXPECT_THAT(body_of(answer), StartsWith("HTTP/1.1 200 OK"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\nabc"));
  // And that one is not, before it was sent.
  EXPECT_EQ(status_of(ask(request("POST /echo HTTP/1.1",
                                  "Expect: 100-continue\r\n"
                                  "Content-Length: 2000000\r\n"))),
            "HTTP/1.1 413 Payload Too Large");
}

// What is no HTTP/1.1 gets 400, or a closed door, and never an answer to a
// request that somebody smuggled in behind another.
TEST_F(ServerTest, MalformedRequests) {
  serve(impatient());
  const std::string smuggled = request("GET / HTTP/1.1");
  const std::string cases[] = {
      "\r\n\r\n\r\n",
      "GET\r\n\r\n",
      "GET /\r\n\r\n",
      "GET / HTTP/1.1\nHost: localhost\n\n",
      "GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
      "G\x01T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
      std::string("GET /") + '\0' + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: localhost\r\nNo colon\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: local\rhost\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
      "EHLO client.example\r\n",
      request("POST /echo HTTP/1.1", "Content-Length: -1\r\n") + smuggled,
      request("POST /echo HTTP/1.1", "Content-Length: 0x3\r\n") + smuggled,
      request("POST /echo HTTP/1.1",
              "Content-Length: 1\r\nContent-Length: 2\r\n") +
          smuggled,
      request("POST /echo HTTP/1.1",
              "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") +
          "0\r\n\r\n" + smuggled,
      request("POST /echo HTTP/1.1",
              "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") +
          "0\r\n\r\n" + smuggled,
      request("POST /echo HTTP/1.1", "Transfer-Encoding: chunked\r\n") +
          "zz\r\n" + smuggled,
  };
  for (const std::string& bytes : cases) {
    const std::string answer = ask(bytes);
    if (!answer.empty()) {
      EXPECT_THAT(status_of(answer),
                  testing::AnyOf("HTTP/1.1 400 Bad Request",
                                 "HTTP/1.1 505 HTTP Version Not Supported"))
          << bytes;
    }
    EXPECT_THAT(answer, Not(HasSubstr("the page"))) << bytes;
  }
  EXPECT_EQ(body_of(ask(request("GET / HTTP/1.1"))), "the page");
}

TEST_F(ServerTest, KeepsAConnection) {
  serve({});
  const Client client(server_->port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    const std::string answer = client.read_answer();
    EXPECT_EQ(body_of(answer), "the page");
    EXPECT_THAT(answer, Not(HasSubstr("Connection: close")));
  }
  // Two in one packet are answered in order.
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" +
                          request("POST /echo HTTP/1.1", "", "second")));
  const std::string answers = client.read_all();
  EXPECT_THAT(answers, HasSubstr("the page"));
  EXPECT_TRUE(answers.ends_with("second"));
}

// The body of a refused request is not taken for the next request.
TEST_F(ServerTest, ClosesAfterARefusal) {
  serve({});
  const std::string smuggled = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string answer =
      ask("POST /echo HTTP/1.1\r\nHost: evil.example\r\nContent-Length: " +
          std::to_string(smuggled.size()) + "\r\n\r\n" + smuggled);
  EXPECT_THAT(status_of(answer), StartsWith("HTTP/1.1 421"));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_THAT(answer, Not(HasSubstr("the page")));
}

TEST_F(ServerTest, TokenOverTheWire) {
  ServerOptions options;
  options.token = "0123456789abcdef";
  serve(options);
  const std::string refused = ask(request("GET / HTTP/1.1"));
  EXPECT_EQ(status_of(refused), "HTTP/1.1 401 Unauthorized");
  EXPECT_THAT(refused, HasSubstr("WWW-Authenticate: Bearer"));

  const std::string welcomed =
      ask(request("GET /?token=0123456789abcdef HTTP/1.1"));
  EXPECT_EQ(status_of(welcomed), "HTTP/1.1 303 See Other");
  EXPECT_THAT(welcomed, HasSubstr("Location: /\r\n"));
  EXPECT_THAT(welcomed, Not(HasSubstr("0123456789abcdef")));
  const auto cookie = welcomed.find("Set-Cookie: ") + 12;
  const std::string pair =
      welcomed.substr(cookie, welcomed.find(';', cookie) - cookie);
  EXPECT_EQ(body_of(ask(request("GET / HTTP/1.1", "Cookie: " + pair + "\r\n"))),
            "the page");
}

TEST_F(ServerTest, SlowClientsDoNotBlockOthers) {
  ServerOptions options;
  options.threads = 2;
  serve(options);
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 300; ++i) {
    slow.push_back(std::make_unique<Client>(server_->port()));
    ASSERT_TRUE(slow.back()->connected());
    slow.back()->send("GET / HTTP/1.1\r\nHo");
  }
  // Each of these would wait for ten seconds if one of those held a thread.
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(body_of(ask(request("GET / HTTP/1.1"))), "the page");
  }
  // And the slow ones are served when they finish.
  for (const auto& client : slow) {
    client->send("st: localhost\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(body_of(client->read_all()), "the page");
  }
}

// A byte now and then does not keep a connection: the deadline is the whole
// header's.
TEST_F(ServerTest, DrippingClientsAreClosed) {
  serve(impatient());
  const Client client(server_->port());
  client.send("GET / HTTP/1.1\r\nX: ");
  int dripped = 0;
  while (dripped < 200 && client.send("x")) {
    ++dripped;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_LT(dripped, 200);
  EXPECT_EQ(client.read_all(), "");
}

TEST_F(ServerTest, ReadersThatStopAreClosed) {
  serve(impatient());
  const Client stopped(server_->port(), 4096);
  ASSERT_TRUE(stopped.send(request("GET /big HTTP/1.1")));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_LT(stopped.read_all().size(), std::size_t{8} << 20);
  EXPECT_EQ(body_of(ask(request("GET /big HTTP/1.1"))).size(),
            std::size_t{8} << 20);
}

TEST_F(ServerTest, ConnectionsAreBounded) {
  ServerOptions options;
  options.most_connections = 8;
  serve(options);
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 8; ++i) {
    idle.push_back(std::make_unique<Client>(server_->port()));
    idle.back()->send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ASSERT_EQ(body_of(idle.back()->read_answer()), "the page");
  }
  EXPECT_EQ(ask(request("GET / HTTP/1.1")), "");
  idle.clear();
  std::string answer;
  for (int i = 0; i < 100 && answer.empty(); ++i) {
    answer = ask(request("GET / HTTP/1.1"));
  }
  EXPECT_EQ(body_of(answer), "the page");
}

TEST_F(ServerTest, ManyClientsAtOnce) {
  serve({});
  std::atomic<int> right = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([this, i, &right] {
      for (int j = 0; j < 25; ++j) {
        const std::string body = std::to_string(i * 1000 + j);
        const auto answer = ask(request("POST /echo HTTP/1.1", "", body));
        if (body_of(answer) == body) ++right;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right, 16 * 25);
}

TEST_F(ServerTest, StopsWithClientsConnected) {
  serve({});
  const Client idle(server_->port());
  const Client half(server_->port());
  half.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
      "\r\nabc");
  EXPECT_EQ(body_of(ask(request("GET / HTTP/1.1"))), "the page");
  server_.reset();
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(half.read_all(), "");
}

TEST(Server, RefusesARoutableAddressWithoutToken) {
  const struct {
    std::string host, token, want;
  } cases[] = {
      {"0.0.0.0", "",
       "http: 0.0.0.0:8025 can be reached from other hosts and has no token: "
       "set http.token_file to a file with a token of at least 16 characters, "
       "or listen on 127.0.0.1"},
      {"192.0.2.1", "short",
       "http: 192.0.2.1:8025 can be reached from other hosts and its token is "
       "too short: set http.token_file to a file with a token of at least 16 "
       "characters, or listen on 127.0.0.1"},
  };
  for (const auto& [host, token, want] : cases) {
    ServerOptions options;
    options.host = host;
    options.token = token;
    const auto started = Server(options, {}).start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().message, want);
  }
}

TEST(Server, SaysThatThePortIsTaken) {
  ServerOptions options;
  options.port = 0;
  Server first(options, {});
  ASSERT_TRUE(first.start());
  options.port = first.port();
  Server second(options, {});
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, HasSubstr(std::to_string(first.port())));
}

TEST(Server, NeverStartedStops) { const Server server({}, {}); }

}  // namespace
}  // namespace lostletter::http
