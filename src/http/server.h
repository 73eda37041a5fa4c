// SPDX-License-Identifier: Apache-2.0
//
// A small HTTP/1.1 server: rows of routes in, bytes out. Bounded in everything:
// connections, header and body sizes, time. Security headers on every reply;
// requests whose Host is not ours (DNS rebinding) or whose Origin is foreign
// are refused; with a token, everything but /healthz and open routes wants it
// (Authorization: Bearer, or the cookie that /?token=... sets).
#pragma once

#include <chrono>
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
  std::string content_type;  // lower-case, without parameters
  std::map<std::string, std::string> query;
  // May it hear details? False only at /healthz, without the token asked for.
  bool trusted = true;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  bool styled = false;  // HTML with its style inside
};

// {"error":"..."}: what every refusal looks like. Any bytes may be in it.
Response error_response(int status, std::string_view message);

struct Route {
  std::string method;                              // "GET": also answers HEAD
  std::string path;                                // exact
  std::function<Response(const Request&)> handle;  // any thread, may throw: 500
  // Anybody may ask, by any name of ours: the request itself carries what
  // entitles it. Such a route shows nothing to those who guess.
  bool open = false;
};

struct ServerOptions {
  std::string host = "127.0.0.1";  // a literal address, or localhost
  std::uint16_t port = 8025;       // 0: any free one
  std::string token;               // empty: none asked
  std::size_t most_body = std::size_t{1} << 20;
  std::size_t most_header = std::size_t{16} << 10;
  std::size_t most_connections = 512;
  // Handlers that run at once. A waiting client holds a connection, no thread.
  std::size_t threads = 4;
  // How long a whole header, a whole body and a whole answer may take, each.
  std::chrono::milliseconds patience{10'000};
};

class Server {
 public:
  Server(ServerOptions options, std::vector<Route> routes);
  ~Server();  // stops; answers being made are still sent
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and serves on its own threads. Fails when the address is taken (and
  // says by what), or when it is routable and no token of 16 characters is set.
  Result<void> start();
  std::uint16_t port() const;  // once started

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lostletter::http
