// SPDX-License-Identifier: Apache-2.0
#include "http/dispatch.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace lostletter::http {
namespace {

constexpr std::string_view kToken = "0123456789abcdef";

std::vector<Route> rows() {
  return {
      {"GET", "/",
       [](const Request&) { return Response{200, "text/html", "page"}; }},
      {"POST", "/api",
       [](const Request& request) {
         return Response{200, "text/plain", request.content_type};
       }},
      {"GET", "/healthz",
       [](const Request& request) {
         return Response{200, "text/plain", request.trusted ? "all" : "little"};
       }},
      {"GET", "/throws",
       [](const Request&) -> Response {
         throw std::runtime_error("secret path /etc/shadow");
       }},
      {"GET", "/throws-anything", [](const Request&) -> Response { throw 1; }},
  };
}

// "200 body", or "status {json}" of a refusal, then its own headers.
std::string answer(const Dispatcher& dispatcher, const Head& head) {
  const auto admitted = dispatcher.admit(head);
  const Reply reply = admitted ? dispatcher.run(*admitted) : admitted.error();
  std::string shown =
      std::to_string(reply.response.status) + " " + reply.response.body;
  while (shown.ends_with('\n')) shown.pop_back();
  for (const auto& [name, value] : reply.headers) {
    shown += " | " + name + ": " + value;
  }
  return shown;
}

Head get(std::string target, std::string host = "127.0.0.1:8025") {
  Head head;
  head.method = "GET";
  head.target = std::move(target);
  head.host = std::move(host);
  return head;
}

Head post(std::string origin) {
  Head head = get("/api");
  head.method = "POST";
  head.origin = std::move(origin);
  head.content_type = "Application/JSON; charset=utf-8";
  return head;
}

Head with_method(std::string method, std::string target) {
  Head head = get(std::move(target));
  head.method = std::move(method);
  return head;
}

// What the request carries entitles it: no token, any name of ours; but no page
// of another site may press the button.
TEST(Dispatch, OpenRoutes) {
  auto routes = rows();
  const auto handle = [](const Request& request) {
    const auto token = request.query.find("t");
    Response page{200, "text/html",
                  token == request.query.end() ? "" : token->second};
    page.styled = true;
    return page;
  };
  routes.push_back({"GET", "/answer", handle, true});
  routes.push_back({"POST", "/answer", handle, true});
  ServerOptions options;
  options.token = kToken;
  const Dispatcher dispatcher(options, std::move(routes));
  const std::string shown =
      answer(dispatcher, get("/answer?t=x", "mail.example.com"));
  EXPECT_TRUE(shown.starts_with("200 x | Content-Security-Policy: ")) << shown;
  EXPECT_NE(shown.find("style-src 'unsafe-inline'"), shown.npos);
  EXPECT_EQ(shown.find("script-src"), shown.npos);
  Head press = with_method("POST", "/answer?t=x");
  press.host = "mail.example.com";
  press.origin = "https://mail.example.com";
  EXPECT_TRUE(answer(dispatcher, press).starts_with("200 x"));
  press.origin = "https://other.example";
  EXPECT_TRUE(answer(dispatcher, press).starts_with("403 "));
  EXPECT_TRUE(answer(dispatcher, get("/throws")).starts_with("401 "));
}

TEST(Dispatch, OnLoopbackWithoutToken) {
  const Dispatcher dispatcher({}, rows());
  const std::string nothing = R"(404 {"error":"there is nothing here"})";
  const std::string foreign =
      R"(403 {"error":"requests from pages of other sites are refused"})";
  const struct {
    Head head;
    std::string want;
  } cases[] = {
      {get("/"), "200 page"},
      {get("/?token=whatever"), "200 page"},
      {get("/", "LOCALHOST"), "200 page"},
      {get("/", "[::1]:8025"), "200 page"},
      {get("/", "evil.example"),
       R"(421 {"error":"this server does not answer for evil.example; use )"
       R"(its address, or configure a token"})"},
      {get("/", "192.0.2.1"),
       R"(421 {"error":"this server does not answer for 192.0.2.1; use )"
       R"(its address, or configure a token"})"},
      {get("/", ""),
       R"(400 {"error":"the Host header is missing or malformed"})"},
      {get("/", "a b"),
       R"(400 {"error":"the Host header is missing or malformed"})"},
      {get("*"), R"(400 {"error":"the request target must begin with '/'"})"},
      {get("/nothing"), nothing},
      {get("/index.html/.."), nothing},
      {get("/../../etc/passwd"), nothing},
      {get("/%2e%2e/%2e%2e/etc/passwd"), nothing},
      {get("//"), nothing},
      {get("/api"), R"(405 {"error":"use POST here"} | Allow: POST)"},
      {with_method("HEAD", "/"), "200 page"},
      {with_method("HEAD", "/api"),
       R"(405 {"error":"use POST here"} | Allow: POST)"},
      {with_method("DELETE", "/"),
       R"(405 {"error":"use GET, HEAD here"} | Allow: GET, HEAD)"},
      {with_method("get", "/"),
       R"(405 {"error":"use GET, HEAD here"} | Allow: GET, HEAD)"},
      {post(""), "200 application/json"},
      {post("http://127.0.0.1:8025"), "200 application/json"},
      {post("http://evil.example"), foreign},
      {post("http://127.0.0.1:9000"), foreign},
      {post("null"), foreign},
      {get("/throws"),
       R"(500 {"error":"something failed here; the log says what"})"},
      {get("/throws-anything"),
       R"(500 {"error":"something failed here; the log says what"})"},
      {get("/healthz"), "200 all"},
  };
  for (const auto& [head, want] : cases) {
    EXPECT_EQ(answer(dispatcher, head), want)
        << head.method << " " << head.target << " at " << head.host;
  }
}

TEST(Dispatch, TheConfiguredHostIsOurs) {
  ServerOptions options;
  options.host = "127.0.0.7";
  EXPECT_EQ(answer(Dispatcher(options, rows()), get("/", "127.0.0.7:1")),
            "200 page");
  options.host = "::1";
  EXPECT_EQ(answer(Dispatcher(options, rows()), get("/", "[::1]:1")),
            "200 page");
}

TEST(Dispatch, WithToken) {
  ServerOptions options;
  options.token = kToken;
  const Dispatcher dispatcher(options, rows());
  const std::string refused =
      R"(401 {"error":"a token is needed: open /?token=... once, or send )"
      R"(Authorization: Bearer ..."} | WWW-Authenticate: Bearer )"
      R"(realm="lostletter")";
  const std::string welcome =
      "303  | Location: / | Set-Cookie: lostletter=" + session_secret(kToken) +
      "; Path=/; HttpOnly; SameSite=Strict";

  const auto bearing = [](std::string authorization, std::string cookie) {
    Head head = get("/", "guard.example.com");
    head.authorization = std::move(authorization);
    head.cookie = std::move(cookie);
    return head;
  };
  const std::string cookie = "lostletter=" + session_secret(kToken);
  const struct {
    Head head;
    std::string want;
  } cases[] = {
      {get("/"), refused},
      {get("/nothing"), refused},  // what is here is not told either
      {get("/?token=0123456789abcdef"), welcome},
      {get("/?token=0123456789abcdeF"), refused},
      {get("/?token="), refused},
      {get("/api?token=0123456789abcdef"), refused},
      {with_method("HEAD", "/?token=0123456789abcdef"), refused},
      {bearing("Bearer 0123456789abcdef", ""), "200 page"},
      {bearing("Bearer 0123456789abcde", ""), refused},
      {bearing("Bearer 0123456789abcdex", cookie), refused},
      {bearing("", cookie), "200 page"},
      {bearing("", "lostletter=0123456789abcdef"), refused},
      {bearing("Basic 0123456789abcdef", ""), refused},
      {get("/healthz"), "200 little"},
  };
  for (const auto& [head, want] : cases) {
    EXPECT_EQ(answer(dispatcher, head), want)
        << head.method << " " << head.target << " " << head.authorization;
  }
}

TEST(Dispatch, VerdictsAreNotKept) {
  const auto cache = [](const std::string& path) {
    for (const auto& [name, value] : security_headers(path)) {
      if (name == "Cache-Control") return value;
    }
    return std::string("none");
  };
  EXPECT_EQ(cache("/"), "no-cache");
  EXPECT_EQ(cache("/style.css"), "no-cache");
  EXPECT_EQ(cache("/api/v1/check"), "no-store");
  EXPECT_EQ(cache("/api/v1/a.b"), "no-store");
  EXPECT_EQ(cache("/healthz"), "no-store");
  EXPECT_EQ(cache("/metrics"), "no-store");
}

TEST(Dispatch, ErrorsAreJsonWhateverTheirBytes) {
  EXPECT_EQ(error_response(400, "a\"b\n\xFF").body,
            "{\"error\":\"a\\\"b\\n\xEF\xBF\xBD\"}\n");
}

}  // namespace
}  // namespace lostletter::http
