// SPDX-License-Identifier: Apache-2.0
//
// What a stranger writes into a request's head: whatever the bytes, a path is
// kept as sent, a host that passes is made of host bytes, and nobody without
// the token is let in. The input is the head's fields, one a line.
#include <cassert>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "http/access.h"
#include "http/dispatch.h"

using namespace lostletter;

namespace {

constexpr std::string_view kToken = "a token that no fuzzer finds";

void check_target(std::string_view text) {
  const auto target = http::parse_target(text);
  if (!target) {
    assert(!target.error().message.empty());
    return;
  }
  assert(target->path.starts_with('/'));
  assert(text.starts_with(target->path));
  assert(target->path.find('?') == std::string::npos);
  assert(!target->query.empty() || text.find('=') == text.npos ||
         text.find('=') < target->path.size());
}

void check_host(std::string_view text) {
  const auto host = http::host_of(text);
  if (!host) return;
  assert(!host->empty() && ascii_lower(*host) == *host);
  assert(ascii_iequals(text.substr(0, host->size()), *host));
  for (const char c : *host) {
    assert(c > ' ' && c < 0x7f && c != '/' && c != '@' && c != ',' && c != '"');
  }
  assert(http::host_of(*host) == *host);
  // A port changes nothing.
  if (*host == text) assert(http::host_of(*host + ":80") == *host);
}

http::Dispatcher make_dispatcher(std::string_view token) {
  http::ServerOptions options;
  options.token = token;
  return {
      options,
      {{"GET", "/", [](const http::Request&) { return http::Response{}; }},
       {"POST", "/x", [](const http::Request&) { return http::Response{}; }},
       {"GET", "/healthz",
        [](const http::Request&) { return http::Response{}; }}}};
}

void check_open(const http::Head& head) {
  static const auto dispatcher = make_dispatcher("");
  const auto admitted = dispatcher.admit(head);
  if (!admitted) {
    const int status = admitted.error().response.status;
    assert(status == 400 || status == 403 || status == 404 || status == 405 ||
           status == 421);
    assert(is_valid_utf8(admitted.error().response.body));
    return;
  }
  assert(http::is_loopback_host(*http::host_of(head.host)));
  assert(head.method != "POST" || head.origin.empty() ||
         http::is_same_origin(head.origin, head.host));
}

void check_guarded(const http::Head& head) {
  static const auto dispatcher = make_dispatcher(kToken);
  const auto admitted = dispatcher.admit(head);
  if (admitted) {
    assert(admitted->request.path == "/healthz" && !admitted->request.trusted);
  } else {
    assert(admitted.error().response.status != 303);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  auto fields = split(input, '\n');
  fields.resize(7);
  const http::Head head{std::string(fields[0]), std::string(fields[1]),
                        std::string(fields[2]), std::string(fields[3]),
                        std::string(fields[4]), std::string(fields[5]),
                        std::string(fields[6])};
  check_target(head.target);
  check_host(head.host);
  check_open(head);
  check_guarded(head);
  return 0;
}
