// SPDX-License-Identifier: Apache-2.0
//
// Values as PostgreSQL takes and gives them, in its text format. Its texts are
// valid UTF-8 without NUL; what comes from the mail need not be, and must come
// back byte by byte: what it would refuse travels as characters of the last
// private-use plane.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace lostletter::store {

// Every sequence of bytes has one such text, and no two the same.
std::string to_database_text(std::string_view bytes);
// REQUIRES: made by to_database_text(); any other valid text is left as it is.
std::string from_database_text(std::string_view text);

// A text that is part of a key. An index takes no more than some 2,700 bytes:
// of a longer text than any address has, the rest becomes its hash.
std::string key_text(std::string_view text);

// bytea: "\x00ff".
std::string to_database_bytes(std::string_view bytes);
std::string from_database_bytes(std::string_view text);

struct Bytes {
  std::string_view bytes;
};

// One parameter; nothing is NULL.
using Value = std::optional<std::string>;
Value to_value(std::string_view text);
inline Value to_value(const std::string& text) {
  return to_value(std::string_view(text));
}
inline Value to_value(const char* text) {
  return to_value(std::string_view(text));
}
Value to_value(Bytes bytes);
Value to_value(std::int64_t number);
Value to_value(bool truth);
Value to_value(double number);  // NaN becomes NULL
Value to_value(Seconds time);
Value to_value(std::optional<Seconds> time);

// Arrays: one parameter for many rows, with unnest().
template <typename T>
Value to_value(const std::vector<T>& items);

// "{...}" of the values, which are quoted.
std::string to_array(std::span<const Value> values);

template <typename T>
Value to_value(const std::vector<T>& items) {
  std::vector<Value> values;
  values.reserve(items.size());
  for (const T& item : items) values.push_back(to_value(item));
  return to_array(values);
}

}  // namespace lostletter::store
