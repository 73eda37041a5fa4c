// SPDX-License-Identifier: Apache-2.0
#include "store/postgres_text.h"

#include <cmath>

#include <fmt/format.h>

#include "base/random.h"
#include "base/text.h"

namespace lostletter::store {
namespace {

// U+10FF00 and the byte: F4 8F BC 80 to F4 8F BF BF.
constexpr char32_t kEscapes = 0x10FF00;
constexpr std::string_view kEscapeBegins = "\xF4\x8F";

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Of the valid character at the beginning of `text`; 0 when there is none.
std::size_t valid_length(std::string_view text) {
  std::size_t length = 1;
  while (length < 4 && length < text.size() && is_continuation(text[length])) {
    ++length;
  }
  return is_valid_utf8(text.substr(0, length)) ? length : 0;
}

bool is_escape(std::string_view character) {
  return character.size() == 4 && character.starts_with(kEscapeBegins) &&
         static_cast<unsigned char>(character[2]) >= 0xBCU;
}

bool needs_nothing(std::string_view text) {
  return text.find('\0') == text.npos && is_valid_utf8(text) &&
         text.find(kEscapeBegins) == text.npos;
}

void append_escaped(std::string& to, std::string_view bytes) {
  for (const char c : bytes) {
    append_utf8(to, kEscapes + static_cast<unsigned char>(c));
  }
}

// Longer than any address, and two of them fit into an index.
constexpr std::size_t kMostKey = 800;
constexpr std::string_view kKeyOfHashes = "lostletter keys!";

}  // namespace

std::string to_database_text(std::string_view bytes) {
  if (needs_nothing(bytes)) return std::string(bytes);
  std::string text;
  while (!bytes.empty()) {
    std::size_t length = bytes[0] == '\0' ? 0 : valid_length(bytes);
    if (length > 0 && !is_escape(bytes.substr(0, length))) {
      text += bytes.substr(0, length);
    } else {
      length = std::max<std::size_t>(length, 1);
      append_escaped(text, bytes.substr(0, length));
    }
    bytes.remove_prefix(length);
  }
  return text;
}

std::string from_database_text(std::string_view text) {
  if (text.find(kEscapeBegins) == text.npos) return std::string(text);
  std::string bytes;
  while (!text.empty()) {
    if (is_escape(text.substr(0, 4))) {
      const unsigned high = static_cast<unsigned char>(text[2]) & 0x03U;
      const unsigned low = static_cast<unsigned char>(text[3]) & 0x3FU;
      bytes += static_cast<char>(high << 6U | low);
      text.remove_prefix(4);
    } else {
      bytes += text[0];
      text.remove_prefix(1);
    }
  }
  return bytes;
}

std::string key_text(std::string_view text) {
  if (text.size() <= kMostKey) return std::string(text);
  return std::string(text.substr(0, kMostKey / 2)) + '~' +
         keyed_hash(kKeyOfHashes, text);
}

std::string to_database_bytes(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "\\x";
  text.reserve(2 + 2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0x0FU];
  }
  return text;
}

std::string from_database_bytes(std::string_view text) {
  const auto digit = [](char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
  };
  std::string bytes;
  if (!text.starts_with("\\x")) return bytes;
  bytes.reserve(text.size() / 2 - 1);
  for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(digit(text[i]) << 4U | digit(text[i + 1]));
  }
  return bytes;
}

Value to_value(std::string_view text) { return to_database_text(text); }
Value to_value(Bytes bytes) { return to_database_bytes(bytes.bytes); }
Value to_value(std::int64_t number) { return std::to_string(number); }
Value to_value(bool truth) { return truth ? "t" : "f"; }

Value to_value(double number) {
  if (std::isnan(number)) return std::nullopt;
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{:.17g}", number);
}

Value to_value(Seconds time) {
  return to_value(std::int64_t{time.time_since_epoch().count()});
}

Value to_value(std::optional<Seconds> time) {
  return time ? to_value(*time) : std::nullopt;
}

std::string to_array(std::span<const Value> values) {
  std::string text = "{";
  for (const Value& value : values) {
    if (text.size() > 1) text += ',';
    if (!value) {
      text += "NULL";
      continue;
    }
    text += '"';
    for (const char c : *value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + '}';
}

}  // namespace lostletter::store
