// SPDX-License-Identifier: Apache-2.0
//
// The body of POST /api/v1/check from any bytes: bounded, valid UTF-8, and the
// same addresses when it is written again.
#include <cassert>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "console/check_request.h"

using namespace lostletter;

namespace {

void check_error(const Error& error) {
  assert(!error.message.empty() && error.message.size() < 400);
  assert(is_valid_utf8(error.message));
  assert(error.message.find('\n') == std::string::npos);
}

void check_json(std::string_view body) {
  const auto addresses = console::parse_json_request(body);
  if (!addresses) return check_error(addresses.error());
  assert(!addresses->empty() && addresses->size() <= console::kMostAddresses);
  for (const auto& address : *addresses) assert(is_valid_utf8(address));
  const nlohmann::json again = {{"addresses", *addresses}};
  assert(console::parse_json_request(again.dump()) == addresses);
}

void check_text(std::string_view body) {
  const auto addresses = console::parse_text_request(body);
  if (!addresses) return check_error(addresses.error());
  assert(!addresses->empty() && addresses->size() <= console::kMostAddresses);
  std::string again;
  for (const auto& address : *addresses) {
    assert(!address.empty() && is_valid_utf8(address));
    again += address + "\r\n";
  }
  assert(console::parse_text_request(again) == addresses);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  check_json(body);
  check_text(body);
  return 0;
}
