// SPDX-License-Identifier: Apache-2.0
//
// Authentication-Results: nobody is believed who is not trusted; results
// written again are read as the same.
#include <cassert>
#include <cstdint>
#include <string>

#include "archive/authentic.h"
#include "base/text.h"

using namespace lostletter;

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(data, data + size);
  const auto field = archive::parse_authentication_results(text);
  assert(field.results.size() <= 100);
  std::string again = quoted(field.server) + ';';
  for (const auto& one : field.results) {
    again += quoted(one.method) + '=' + quoted(one.result);
    for (const auto& [name, value] : one.properties) {
      again += ' ' + quoted(name) + '=' + quoted(value);
    }
    again += ';';
  }
  assert(archive::parse_authentication_results(again) == field);

  using archive::Authentic;
  assert(archive::judge_authentication({text}, {}, "example.com") ==
         Authentic::kUnknown);
  assert(archive::judge_authentication({text}, {field.server + "x"},
                                       "example.com") == Authentic::kUnknown);
  assert(archive::judge_authentication({text}, {field.server}, "") !=
         Authentic::kYes);
  return 0;
}
