// SPDX-License-Identifier: Apache-2.0
#include "base/log_line.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"

namespace lostletter {
namespace {

// Long enough for the longest address (RFC 5321, 4.5.3.1) with every octet
// escaped, short enough that a line stays one packet of syslog.
constexpr std::size_t kMostValue = 1400;

std::string timestamp(LogTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  std::string text = to_rfc3339(seconds);
  text.pop_back();
  return fmt::format("{}.{:03}Z", text, (time - seconds).count());
}

bool is_key(std::string_view key) {
  return !key.empty() && key != "ts" && key != "level" && key != "event" &&
         std::ranges::all_of(
             key, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// Logfmt and JSON quote alike. REQUIRES: `text` is printable().
std::string quoted(std::string_view text) {
  std::string quote = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quote += '\\';
    quote += c;
  }
  return quote + '"';
}

// Bare where a parser reads it back unchanged.
std::string bare_or_quoted(std::string_view text) {
  const bool bare = !text.empty() && std::ranges::none_of(text, [](char c) {
    return c == ' ' || c == '"' || c == '=';
  });
  return bare ? std::string(text) : quoted(text);
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

template <typename Quote>
struct Writer {
  Quote quote;
  std::string operator()(const std::string& value) const {
    return quote(printable(value, kMostValue));
  }
  std::string operator()(std::int64_t value) const {
    return std::to_string(value);
  }
  std::string operator()(double value) const { return number(value); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
};

}  // namespace

std::string_view to_string(Level level) {
  constexpr std::string_view kNames[] = {"debug", "info", "warning", "error"};
  return kNames[static_cast<std::size_t>(level)];
}

std::string to_logfmt(const EventRow& row, LogTime time,
                      const std::vector<Field>& fields) {
  std::string line = fmt::format("ts={} level={} event={}", timestamp(time),
                                 to_string(row.level), row.id);
  for (const Field& field : fields) {
    assert(is_key(field.key));
    line += fmt::format(" {}={}", field.key,
                        std::visit(Writer{bare_or_quoted}, field.value));
  }
  return line;
}

std::string to_json(const EventRow& row, LogTime time,
                    const std::vector<Field>& fields) {
  std::string line = fmt::format(R"({{"ts":"{}","level":"{}","event":"{}")",
                                 timestamp(time), to_string(row.level), row.id);
  for (const Field& field : fields) {
    assert(is_key(field.key));
    line += fmt::format(R"(,"{}":{})", field.key,
                        std::visit(Writer{quoted}, field.value));
  }
  return line + '}';
}

}  // namespace lostletter
