// SPDX-License-Identifier: Apache-2.0
#include "http/dispatch.h"

#include <algorithm>
#include <exception>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "base/metrics.h"
#include "base/text.h"
#include "http/access.h"

namespace lostletter::http {
namespace {

constexpr std::string_view kCookie = "lostletter";
constexpr std::string_view kOpenPath = "/healthz";  // never wants the token

// No script but our own files, nothing from elsewhere, no frames around us,
// and no string that becomes markup (trusted types).
constexpr std::pair<std::string_view, std::string_view> kSecurityHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'self'; base-uri 'none'; form-action 'self'; "
     "frame-ancestors 'none'; object-src 'none'; "
     "require-trusted-types-for 'script'; trusted-types 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
};

// A page that brings its style, and nothing else: no script at all.
const std::pair<std::string, std::string> kStyledPolicy = {
    "Content-Security-Policy",
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"};

std::unexpected<Reply> refuse(int status, std::string_view message) {
  return std::unexpected(Reply{error_response(status, message), {}});
}

void log_refusal(int status, std::string_view reason, std::string_view what) {
  log_event(Event::kHttpRefused, {{"status", std::int64_t{status}},
                                  {"reason", std::string(reason)},
                                  {"request", std::string(what)}});
}

void log_failure(const std::string& path, std::string_view reason) {
  log_event(Event::kJobFailed,
            {{"request", path}, {"reason", std::string(reason)}});
}

std::unexpected<Reply> ask_for_token() {
  auto refused = refuse(401,
                        "a token is needed: open /?token=... once, or send "
                        "Authorization: Bearer ...");
  refused.error().headers.emplace_back("WWW-Authenticate",
                                       "Bearer realm=\"lostletter\"");
  return refused;
}

// The token leaves the address bar, and so the history, at once.
std::unexpected<Reply> welcome(const std::string& secret) {
  Reply reply{{303, "text/plain; charset=utf-8", ""}, {}};
  reply.headers.emplace_back("Location", "/");
  reply.headers.emplace_back(
      "Set-Cookie",
      fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict", kCookie, secret));
  return std::unexpected(std::move(reply));
}

std::string media_type(std::string_view content_type) {
  return ascii_lower(trim(split(content_type, ';').front()));
}

}  // namespace

Response error_response(int status, std::string_view message) {
  using nlohmann::json;
  const json body = {{"error", message}};
  return {status, "application/json",
          body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"};
}

std::vector<std::pair<std::string, std::string>> security_headers(
    const std::string& path) {
  std::vector<std::pair<std::string, std::string>> headers(
      std::begin(kSecurityHeaders), std::end(kSecurityHeaders));
  // Verdicts are about people: no cache keeps them. The page's own files are
  // asked for anew, so that an upgrade shows at once.
  const bool is_file = path == "/" || (path.find('.') != path.npos &&
                                       !path.starts_with("/api/"));
  headers.emplace_back("Cache-Control", is_file ? "no-cache" : "no-store");
  return headers;
}

Dispatcher::Dispatcher(const ServerOptions& options, std::vector<Route> routes)
    : host_(ascii_lower(options.host)),
      token_(options.token),
      session_secret_(token_.empty() ? "" : session_secret(token_)),
      routes_(std::move(routes)) {
  if (host_.find(':') != host_.npos) host_ = '[' + host_ + ']';
}

std::expected<Dispatcher::Admitted, Reply> Dispatcher::admit(
    const Head& head) const {
  auto target = parse_target(head.target);
  const bool open = target && is_open(target->path);
  if (auto ours = check_host(head); !ours && !open) {
    return std::unexpected(ours.error());
  }
  if (!target) return refuse(400, target.error().message);

  if (brings_token(head.method, *target)) return welcome(session_secret_);
  const bool authorized = is_authorized(head);
  if (!authorized && !open && target->path != kOpenPath) {
    log_refusal(401, "no token, or a wrong one", target->path);
    return ask_for_token();
  }
  if (auto ours = check_origin(head); !ours) {
    return std::unexpected(ours.error());
  }
  auto route = find(head.method, target->path);
  if (!route) return std::unexpected(route.error());
  return Admitted{
      *route,
      {head.method, std::move(target->path), "", media_type(head.content_type),
       std::move(target->query), authorized}};
}

// DNS rebinding: a stranger's name is made to resolve to us, and then the
// stranger's page is, for the browser, ours. The name still stands in Host.
// With a token any name will do: the stranger's page has no cookie of ours.
std::expected<void, Reply> Dispatcher::check_host(const Head& head) const {
  const auto host = host_of(head.host);
  if (!host) return refuse(400, "the Host header is missing or malformed");
  if (!token_.empty() || is_loopback_host(*host) || *host == host_) return {};
  log_refusal(421, "Host is not ours", *host);
  return refuse(421, fmt::format("this server does not answer for {}; use its "
                                 "address, or configure a token",
                                 *host));
}

// Browsers send Origin with every POST; programs need not.
std::expected<void, Reply> Dispatcher::check_origin(const Head& head) const {
  const bool only_reads = head.method == "GET" || head.method == "HEAD";
  if (only_reads || head.origin.empty() ||
      is_same_origin(head.origin, head.host)) {
    return {};
  }
  log_refusal(403, "Origin is foreign", head.origin);
  return refuse(403, "requests from pages of other sites are refused");
}

bool Dispatcher::is_authorized(const Head& head) const {
  if (token_.empty()) return true;
  if (const auto given = bearer_token(head.authorization)) {
    return is_same_secret(*given, token_);
  }
  const auto cookie = cookie_value(head.cookie, kCookie);
  return cookie && is_same_secret(*cookie, session_secret_);
}

bool Dispatcher::is_open(std::string_view path) const {
  return std::ranges::any_of(routes_, [&](const Route& route) {
    return route.open && route.path == path;
  });
}

bool Dispatcher::brings_token(const std::string& method,
                              const Target& target) const {
  const auto given = target.query.find("token");
  return !token_.empty() && method == "GET" && target.path == "/" &&
         given != target.query.end() && is_same_secret(given->second, token_);
}

std::expected<const Route*, Reply> Dispatcher::find(
    const std::string& method, const std::string& path) const {
  const std::string wanted = method == "HEAD" ? "GET" : method;
  std::string allowed;
  for (const Route& route : routes_) {
    if (route.path != path) continue;
    if (route.method == wanted) return &route;
    if (!allowed.empty()) allowed += ", ";
    allowed += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  if (allowed.empty()) {
    count(Metric::kHttpRequests, "other");
    return refuse(404, "there is nothing here");
  }
  auto refused = refuse(405, "use " + allowed + " here");
  refused.error().headers.emplace_back("Allow", allowed);
  return refused;
}

Reply Dispatcher::run(const Admitted& admitted) const {
  count(Metric::kHttpRequests, admitted.route->path);
  try {
    Reply reply{admitted.route->handle(admitted.request), {}};
    if (reply.response.styled) reply.headers.emplace_back(kStyledPolicy);
    return reply;
  } catch (const std::exception& trouble) {
    log_failure(admitted.route->path, trouble.what());
  } catch (...) {
    log_failure(admitted.route->path, "an unknown exception");
  }
  return {error_response(500, "something failed here; the log says what"), {}};
}

}  // namespace lostletter::http
