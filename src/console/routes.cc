// SPDX-License-Identifier: Apache-2.0
#include "console/routes.h"

#include <utility>

#include "base/metrics.h"
#include "console/answer_page.h"
#include "console/assets.h"
#include "console/check_request.h"

namespace lostletter::console {
namespace {

using http::Request;
using http::Response;

constexpr std::string_view kText = "text/plain; charset=utf-8";

// The page carries the program's version where this stands.
constexpr std::string_view kVersionMark = "{{version}}";

std::string with_version(std::string_view page, const std::string& version) {
  std::string text(page);
  if (const auto at = text.find(kVersionMark); at != text.npos) {
    text.replace(at, kVersionMark.size(), version);
  }
  return text;
}

Result<std::vector<std::string>> addresses_of(const Request& request) {
  return request.content_type == "application/json"
             ? parse_json_request(request.body)
             : parse_text_request(request.body);
}

// POST /api/v1/check: {"results":[...]}, each result as `check --json` prints.
Response check(const World& world, const Request& request) {
  if (request.content_type != "application/json" &&
      request.content_type != "text/plain") {
    return http::error_response(
        415, "send Content-Type: application/json or text/plain");
  }
  const auto addresses = addresses_of(request);
  if (!addresses) return http::error_response(400, addresses.error().message);

  const auto assessor = world.assessor();
  const guard::Mode mode = world.mode();
  std::string body = R"({"results":[)";
  for (const std::string& address : *addresses) {
    if (!body.ends_with('[')) body += ',';
    body += to_json(assessor->assess(address, mode));
  }
  return {200, "application/json", body + "]}\n"};
}

// GET /healthz. A stranger learns that we are unwell, but not of what.
Response health(const World& world, const Request& request) {
  const auto trouble = world.trouble();
  if (!trouble) return {200, std::string(kText), "ok\n"};
  return http::error_response(503, request.trusted ? *trouble : "not healthy");
}

Response metrics(const World&, const Request&) {
  return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_text()};
}

using Answer = Response (*)(hold::Answers& answers, const Request& request);

template <Answer answer>
Response with_answers(const World& world, const Request& request) {
  hold::Answers* const answers = world.answers ? world.answers() : nullptr;
  if (answers == nullptr) {
    return http::error_response(503, "no letter can be answered for now");
  }
  return answer(*answers, request);
}

struct Row {
  const char* method;
  const char* path;
  Response (*handle)(const World& world, const Request& request);
  bool open = false;
};
constexpr Row kRows[] = {
    {"POST", "/api/v1/check", check},
    {"GET", "/healthz", health},
    {"GET", "/metrics", metrics},
    {"GET", "/answer", with_answers<show_question>, true},
    {"POST", "/answer", with_answers<take_answer>, true},
};

}  // namespace

std::vector<http::Route> routes(World world) {
  std::vector<http::Route> routes;
  for (const Asset& asset : assets()) {
    const bool is_page = asset.path == "/";
    Response file{200, std::string(asset.content_type),
                  is_page ? with_version(asset.bytes, world.version)
                          : std::string(asset.bytes)};
    routes.push_back({"GET", std::string(asset.path),
                      [file = std::move(file)](const Request&) -> Response {
                        return file;
                      }});
  }
  const auto shared = std::make_shared<const World>(std::move(world));
  for (const Row& row : kRows) {
    routes.push_back({row.method, row.path,
                      [shared, handle = row.handle](const Request& request) {
                        return handle(*shared, request);
                      },
                      row.open});
  }
  return routes;
}

}  // namespace lostletter::console
