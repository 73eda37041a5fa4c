// SPDX-License-Identifier: Apache-2.0
//
// From the head of a request to the route that answers it, or to the reply
// that refuses it. No sockets here: tests hand in heads.
//
// The body is read only after admit() let the head pass, so a stranger cannot
// make us read a megabyte.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "http/access.h"
#include "http/server.h"

namespace lostletter::http {

// What we look at in a request's head. Absent fields are empty.
struct Head {
  std::string method;
  std::string target;
  std::string host;
  std::string origin;
  std::string authorization;
  std::string cookie;
  std::string content_type;
};

struct Reply {
  Response response;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Immutable: any thread.
class Dispatcher {
 public:
  Dispatcher(const ServerOptions& options, std::vector<Route> routes);

  struct Admitted {
    const Route* route = nullptr;  // lives as long as the dispatcher
    Request request;               // its body still empty
  };
  std::expected<Admitted, Reply> admit(const Head& head) const;

  // Runs the handler. What it throws becomes a 500 that tells nothing, and a
  // line in the log that tells all.
  Reply run(const Admitted& admitted) const;

 private:
  std::expected<void, Reply> check_host(const Head& head) const;
  std::expected<void, Reply> check_origin(const Head& head) const;
  bool is_open(std::string_view path) const;
  bool is_authorized(const Head& head) const;
  bool brings_token(const std::string& method, const Target& target) const;
  std::expected<const Route*, Reply> find(const std::string& method,
                                          const std::string& path) const;

  std::string host_;
  std::string token_;
  std::string session_secret_;  // empty without a token
  std::vector<Route> routes_;
};

// What every reply carries: rows of name and value. `path` decides whether it
// may be kept.
std::vector<std::pair<std::string, std::string>> security_headers(
    const std::string& path);

}  // namespace lostletter::http
