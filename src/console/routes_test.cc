// SPDX-License-Identifier: Apache-2.0
#include "console/routes.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "console/assets.h"

namespace lostletter::console {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

// A guard that knows two names, blocks one suffix, and asks.
World world() {
  auto engine = std::make_shared<const lookalike::Engine>(
      std::vector<lookalike::KnownName>{
          {"army.mil", lookalike::Source::kCurated, 1},
          {"gmail.com", lookalike::Source::kCurated, 1}},
      lookalike::built_in_options());
  guard::Rules rules;
  rules.block = {"*.cf"};
  auto assessor = std::make_shared<const guard::Assessor>(rules, engine);
  return {[assessor] { return assessor; },
          [] { return guard::Mode::kAsk; },
          [] { return std::optional<std::string>(); },
          {},
          "1.2.3"};
}

http::Response call(const World& with, const std::string& method,
                    const std::string& path, http::Request request = {}) {
  const auto rows = routes(with);
  const auto row = std::ranges::find_if(rows, [&](const http::Route& route) {
    return route.method == method && route.path == path;
  });
  if (row == rows.end()) return {404, "", "no such route"};
  return row->handle(request);
}

http::Response check(const std::string& content_type, std::string body) {
  http::Request request;
  request.content_type = content_type;
  request.body = std::move(body);
  return call(world(), "POST", "/api/v1/check", request);
}

// "army.ml misdirected army.mil" of each result.
std::vector<std::string> verdicts(const http::Response& response) {
  std::vector<std::string> shown;
  const json answer = json::parse(response.body);
  for (const json& one : answer["results"]) {
    std::string line = one["address"].get<std::string>() + " " +
                       one["verdict"].get<std::string>();
    if (!one["intended"].empty()) {
      line += " " + one["intended"][0]["address"].get<std::string>();
    }
    shown.push_back(line);
  }
  return shown;
}

TEST(Routes, CheckAnswersInOrder) {
  const std::vector<std::string> want = {
      "general@army.ml misdirected general@army.mil",
      "general@army.mil clear",
      "x@y.cf blocked",
      "general@army.ml misdirected general@army.mil",
      "nothing invalid",
  };
  const auto as_json =
      check("application/json",
            R"({"addresses":["general@army.ml","general@army.mil","x@y.cf",)"
            R"("general@army.ml","nothing"]})");
  EXPECT_EQ(as_json.status, 200);
  EXPECT_EQ(as_json.content_type, "application/json");
  EXPECT_EQ(verdicts(as_json), want);

  const auto as_text = check("text/plain",
                             "general@army.ml\r\ngeneral@army.mil\nx@y.cf\n\n"
                             "general@army.ml\nnothing");
  EXPECT_EQ(as_text.body, as_json.body);
}

// The fields of DESIGN 4, and each result the same bytes as `check --json`.
TEST(Routes, CheckAnswersAsTheCommandLine) {
  const auto answer =
      check("application/json", R"({"address":"general@army.ml"})");
  const World with = world();
  EXPECT_EQ(answer.body, "{\"results\":[" +
                             to_json(with.assessor()->assess(
                                 "general@army.ml", guard::Mode::kAsk)) +
                             "]}\n");
  const json result = json::parse(answer.body)["results"][0];
  for (const char* field : {"address", "domain", "verdict", "probability",
                            "intended", "findings", "action"}) {
    EXPECT_TRUE(result.contains(field)) << field;
  }
  EXPECT_EQ(result["action"], "ask");
}

TEST(Routes, CheckRefusesBadInput) {
  const struct {
    std::string content_type, body;
    int status;
    std::string want;
  } cases[] = {
      {"application/json", "{", 400,
       "{\"error\":\"the body is no JSON: it goes wrong at byte 2\"}\n"},
      {"application/json", R"({"addresses":["a",1]})", 400,
       "{\"error\":\"addresses[1] must be a string, not number\"}\n"},
      {"text/plain", "", 400, "{\"error\":\"the body has no address\"}\n"},
      {"application/x-www-form-urlencoded", "general@army.ml", 415,
       "{\"error\":\"send Content-Type: application/json or text/plain\"}\n"},
      {"", "general@army.ml", 415,
       "{\"error\":\"send Content-Type: application/json or text/plain\"}\n"},
  };
  for (const auto& [content_type, body, status, want] : cases) {
    const auto answer = check(content_type, body);
    EXPECT_EQ(answer.status, status) << body;
    EXPECT_EQ(answer.body, want) << body;
  }
}

// Whatever the text, the answer is JSON that gives it back.
TEST(Routes, CheckTakesHostileText) {
  const std::string cases[] = {
      "",
      "<img src=x onerror=alert(1)>",
      "\"quoted @\"@army.ml",
      std::string("nul\0@army.ml", 12),
      "a@\xE2\x80\xAE.example",
      "@",
      std::string(100'000, 'a') + "@army.ml",
      "a@" + std::string(100'000, '.'),
  };
  for (const std::string& address : cases) {
    const auto answer =
        check("application/json", json{{"address", address}}.dump());
    ASSERT_EQ(answer.status, 200) << address.substr(0, 40);
    const json result = json::parse(answer.body)["results"][0];
    EXPECT_EQ(result["address"], address) << address.substr(0, 40);
  }
}

TEST(Routes, Health) {
  World with = world();
  http::Request trusted;
  http::Request stranger;
  stranger.trusted = false;
  EXPECT_EQ(call(with, "GET", "/healthz", stranger).status, 200);
  EXPECT_EQ(call(with, "GET", "/healthz", stranger).body, "ok\n");

  with.trouble = [] { return std::optional<std::string>("store: disk full"); };
  EXPECT_EQ(call(with, "GET", "/healthz", trusted).status, 503);
  EXPECT_EQ(call(with, "GET", "/healthz", trusted).body,
            "{\"error\":\"store: disk full\"}\n");
  EXPECT_EQ(call(with, "GET", "/healthz", stranger).status, 503);
  EXPECT_EQ(call(with, "GET", "/healthz", stranger).body,
            "{\"error\":\"not healthy\"}\n");
}

TEST(Routes, Metrics) {
  const auto answer = call(world(), "GET", "/metrics");
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(answer.body,
              HasSubstr("# TYPE lostletter_recipients_total counter"));
}

TEST(Routes, Page) {
  const auto page = call(world(), "GET", "/");
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.body, StartsWith("<!doctype html>"));
  EXPECT_THAT(page.body, HasSubstr("lostletter 1.2.3"));
  // What the page's policy would not run must not be written either.
  for (const char* forbidden : {"<style", "style=", "onclick", "http://",
                                "https://", "javascript:", "{{"}) {
    EXPECT_EQ(page.body.find(forbidden), std::string::npos) << forbidden;
  }
}

TEST(Routes, AssetsAreTheFilesOfWeb) {
  for (const Asset& asset : assets()) {
    const std::string name =
        asset.path == "/" ? "/index.html" : std::string(asset.path);
    std::ifstream file("web" + name, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    EXPECT_FALSE(bytes.empty()) << name;
    EXPECT_EQ(asset.bytes, bytes) << name;
  }
  EXPECT_GE(assets().size(), 6U);
}

}  // namespace
}  // namespace lostletter::console
