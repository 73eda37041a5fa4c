// SPDX-License-Identifier: Apache-2.0
#include "console/check_request.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace lostletter::console {
namespace {

using nlohmann::json;

Result<std::string> text_of(const json& value, const std::string& where) {
  if (!value.is_string()) {
    return fail(
        fmt::format("{} must be a string, not {}", where, value.type_name()));
  }
  return value.get<std::string>();
}

std::unexpected<Error> too_many(std::size_t found) {
  return fail(fmt::format("{} addresses are too many at once; at most {}",
                          found, kMostAddresses));
}

Result<std::vector<std::string>> list_of(const json& value) {
  if (!value.is_array()) {
    return fail(fmt::format("\"addresses\" must be an array, not {}",
                            value.type_name()));
  }
  if (value.empty()) return fail("\"addresses\" is empty");
  if (value.size() > kMostAddresses) return too_many(value.size());
  std::vector<std::string> addresses;
  for (const json& element : value) {
    auto address =
        text_of(element, fmt::format("addresses[{}]", addresses.size()));
    if (!address) return std::unexpected(address.error());
    addresses.push_back(*std::move(address));
  }
  return addresses;
}

Result<void> check_members(const json& object) {
  static const std::vector<std::string> known = {"address", "addresses"};
  for (const auto& [key, value] : object.items()) {
    if (key == known[0] || key == known[1]) continue;
    const auto meant = nearest(key, known);
    return fail(
        fmt::format("unknown member \"{}\"{}", printable(key, 60),
                    meant ? " (did you mean \"" + *meant + "\"?)" : ""));
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> parse_json_request(std::string_view body) {
  json object;
  try {
    object = json::parse(body);
  } catch (const json::parse_error& wrong) {
    return fail(fmt::format("the body is no JSON: it goes wrong at byte {}",
                            wrong.byte));
  } catch (const json::out_of_range&) {
    return fail("the body has a number that is out of range");
  }
  if (!object.is_object()) {
    return fail(fmt::format(
        "the body must be an object with \"address\" or \"addresses\", not {}",
        object.type_name()));
  }
  if (auto known = check_members(object); !known) {
    return std::unexpected(known.error());
  }
  if (object.size() != 1) {
    return fail("the body needs exactly one of \"address\" and \"addresses\"");
  }
  if (object.contains("addresses")) return list_of(object["addresses"]);
  auto address = text_of(object["address"], "\"address\"");
  if (!address) return std::unexpected(address.error());
  return std::vector{*std::move(address)};
}

Result<std::vector<std::string>> parse_text_request(std::string_view body) {
  std::vector<std::string> addresses;
  std::size_t number = 0;
  for (const std::string_view line : split(body, '\n')) {
    ++number;
    // Without this, what an answer in JSON echoes would not be what was sent.
    if (!is_valid_utf8(line)) {
      return fail(fmt::format("line {} is not UTF-8", number));
    }
    if (!trim(line).empty()) addresses.emplace_back(trim(line));
  }
  if (addresses.empty()) return fail("the body has no address");
  if (addresses.size() > kMostAddresses) return too_many(addresses.size());
  return addresses;
}

}  // namespace lostletter::console
