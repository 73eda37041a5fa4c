// SPDX-License-Identifier: Apache-2.0
//
// A small HTTP/1.1 server: rows of routes in, bytes out. Bounded in everything:
// threads, header and body sizes, read time. Security headers on every reply;
// requests whose Host is not ours (DNS rebinding) or whose Origin is foreign
// are refused; with a token, everything but /healthz wants it (Authorization:
// Bearer, or the cookie that /?token=... sets).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lostletter::http {

struct Request {
  std::string method;
  std::string path;
  std::string body;
  std::string content_type;
  std::map<std::string, std::string> query;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

struct Route {
  std::string method;                              // "GET"
  std::string path;                                // exact
  std::function<Response(const Request&)> handle;  // any thread, may throw: 500
};

struct ServerOptions {
  std::string host = "127.0.0.1";  // a literal address
  std::uint16_t port = 8025;       // 0: any free one
  std::string token;               // empty: none asked
  std::size_t most_body = std::size_t{1} << 20;
  std::size_t threads = 128;  // a few slow readers must not stop the others
};

class Server {
 public:
  Server(ServerOptions options, std::vector<Route> routes);
  ~Server();  // stops

  // Binds and serves on its own threads. Fails when the address is taken (and
  // says by what), or when it is routable and no token is set.
  Result<void> start();
  std::uint16_t port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::http
