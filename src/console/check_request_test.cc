// SPDX-License-Identifier: Apache-2.0
#include "console/check_request.h"

#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace lostletter::console {
namespace {

std::string show(const Result<std::vector<std::string>>& addresses) {
  return addresses ? fmt::format("{}", fmt::join(*addresses, "|"))
                   : "error: " + addresses.error().message;
}

TEST(CheckRequest, Json) {
  const struct {
    std::string_view body, want;
  } cases[] = {
      {R"({"address":"ann@example.com"})", "ann@example.com"},
      {R"({"addresses":["a@b.example","c"]})", "a@b.example|c"},
      {R"({"addresses":["a","a"]})", "a|a"},
      {R"({"address":""})", ""},
      {R"({"address":"a\u0000b"})", std::string_view("a\0b", 3)},
      {R"({"address":" \n"})", " \n"},
      {"", "error: the body is no JSON: it goes wrong at byte 1"},
      {"{", "error: the body is no JSON: it goes wrong at byte 2"},
      {R"({"address":"a"} x)",
       "error: the body is no JSON: it goes wrong at byte 17"},
      {"{\"address\":\"\xFF\"}",
       "error: the body is no JSON: it goes wrong at byte 13"},
      {R"({"address":"\ud800"})",
       "error: the body is no JSON: it goes wrong at byte 19"},
      {"1e999", "error: the body has a number that is out of range"},
      {R"({"address":-1e999})",
       "error: the body has a number that is out of range"},
      {"[]",
       "error: the body must be an object with \"address\" or \"addresses\", "
       "not array"},
      {"\"a\"",
       "error: the body must be an object with \"address\" or \"addresses\", "
       "not string"},
      {"{}",
       "error: the body needs exactly one of \"address\" and \"addresses\""},
      {R"({"address":"a","addresses":["b"]})",
       "error: the body needs exactly one of \"address\" and \"addresses\""},
      {R"({"adress":"a"})",
       "error: unknown member \"adress\" (did you mean \"address\"?)"},
      {R"({"x\n":1,"address":"a"})", R"(error: unknown member "x\x0a")"},
      {R"({"address":["a"]})",
       "error: \"address\" must be a string, not array"},
      {R"({"addresses":"a"})",
       "error: \"addresses\" must be an array, not string"},
      {R"({"addresses":[]})", "error: \"addresses\" is empty"},
      {R"({"addresses":["a",null]})",
       "error: addresses[1] must be a string, not null"},
      {R"({"addresses":["a","b",3]})",
       "error: addresses[2] must be a string, not number"},
  };
  for (const auto& [body, want] : cases) {
    EXPECT_EQ(show(parse_json_request(body)), want) << "body " << body;
  }
}

TEST(CheckRequest, Text) {
  const struct {
    std::string_view body, want;
  } cases[] = {
      {"ann@example.com", "ann@example.com"},
      {"ann@example.com\n", "ann@example.com"},
      {"a\r\nb\r\n", "a|b"},
      {"\n\n a \n\t\nb", "a|b"},
      {"", "error: the body has no address"},
      {" \r\n\n", "error: the body has no address"},
      {"a\nb\xFF\n", "error: line 2 is not UTF-8"},
  };
  for (const auto& [body, want] : cases) {
    EXPECT_EQ(show(parse_text_request(body)), want) << "body " << body;
  }
}

TEST(CheckRequest, AtMostAThousand) {
  std::string list = R"({"addresses":["a")";
  std::string text = "a\n";
  for (std::size_t i = 1; i < kMostAddresses; ++i) {
    list += R"(,"a")";
    text += "a\n";
  }
  EXPECT_EQ(parse_json_request(list + "]}")->size(), kMostAddresses);
  EXPECT_EQ(parse_text_request(text)->size(), kMostAddresses);
  const std::string refused =
      "error: 1001 addresses are too many at once; at most 1000";
  EXPECT_EQ(show(parse_json_request(list + ",\"a\"]}")), refused);
  EXPECT_EQ(show(parse_text_request(text + "a")), refused);
}

// A megabyte of brackets costs no stack.
TEST(CheckRequest, DeepNesting) {
  const std::string open(500'000, '[');
  const std::string close(500'000, ']');
  EXPECT_EQ(show(parse_json_request(open)),
            "error: the body is no JSON: it goes wrong at byte 500001");
  EXPECT_EQ(show(parse_json_request(R"({"address":)" + open + close + "}")),
            "error: \"address\" must be a string, not array");
}

}  // namespace
}  // namespace lostletter::console
