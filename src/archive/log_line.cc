// SPDX-License-Identifier: Apache-2.0
#include "archive/log_line.h"

#include <array>
#include <charconv>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "archive/reasons.h"
#include "base/text.h"

namespace lostletter::archive {
namespace {

// Everything before the next space; removed with it.
std::string_view take_word(std::string_view& text) {
  const auto end = text.find(' ');
  const auto word = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return word;
}

// "<22>", where a collector kept it.
void skip_priority(std::string_view& text) {
  if (!text.starts_with('<')) return;
  const auto end = text.find('>');
  if (end == text.npos || end > 4) return;
  text.remove_prefix(end + 1);
}

// "- " or "[id name="value"]... " (RFC 5424 6.3).
bool skip_structured_data(std::string_view& text) {
  if (text.starts_with('-')) {
    text.remove_prefix(1);
  } else {
    while (text.starts_with('[')) {
      bool quoted = false;
      std::size_t i = 1;
      for (; i < text.size() && (quoted || text[i] != ']'); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (text[i] == '\\') ++i;
      }
      if (i >= text.size()) return false;
      text.remove_prefix(i + 1);
    }
  }
  if (text.starts_with(' ')) text.remove_prefix(1);
  return true;
}

// journalctl gives bytes that are not UTF-8 as an array of numbers.
std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  std::string text;
  if (found->is_array()) {
    for (const auto& byte : *found) {
      if (!byte.is_number_unsigned()) return {};
      text += static_cast<char>(byte.get<std::uint8_t>());
    }
  }
  return text;
}

bool is_exim_date(std::string_view text) {
  return text.size() > 19 && text[4] == '-' && text[10] == ' ';
}

}  // namespace

std::string_view LogLines::read(std::string_view text, LogLine& line) {
  line = {};
  skip_priority(text);
  if (text.starts_with('{')) return read_journal(text, line);
  if (text.starts_with("1 ")) return read_5424(text.substr(2), line);

  const bool is_exim = is_exim_date(text);
  const auto at = date_.take(text);
  if (!at) return kNoLogLine;
  line.at = *at;
  if (is_exim) {
    line.program = "exim";
    // "[1234]" under log_selector = +pid.
    if (text.starts_with('[')) {
      const auto end = text.find("] ");
      if (end != text.npos && end < 12) {
        line.process = text.substr(1, end - 1);
        text.remove_prefix(end + 2);
      }
    }
    line.text = text;
    return {};
  }
  line.host = take_word(text);
  return read_tag(text, line) ? std::string_view() : kNoLogLine;
}

constexpr auto kEndsTag = [] {
  std::array<bool, 256> bytes{};
  for (const char c : {':', ' ', '['}) {
    bytes[static_cast<unsigned char>(c)] = true;
  }
  return bytes;
}();

// "postfix/smtpd[123]: text". A tag without ':' is no tag of a mail program.
bool LogLines::read_tag(std::string_view text, LogLine& line) {
  std::size_t end = 0;
  while (end < text.size() &&
         !kEndsTag[static_cast<unsigned char>(text[end])]) {
    ++end;
  }
  if (end == text.size() || end == 0) return false;
  line.program = text.substr(0, end);
  text.remove_prefix(end);
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == text.npos) return false;
    line.process = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
  }
  if (text.starts_with(':')) text.remove_prefix(1);
  if (text.starts_with(' ')) text.remove_prefix(1);
  // Solaris: "[ID 197553 mail.info] ".
  if (text.starts_with("[ID ")) {
    const auto close = text.find("] ");
    if (close != text.npos) text.remove_prefix(close + 2);
  }
  line.text = text;
  return true;
}

// VERSION has been read: DATE HOST APP PROCID MSGID SD [MSG].
std::string_view LogLines::read_5424(std::string_view text, LogLine& line) {
  const auto at = date_.take(text);
  if (!at) return kNoLogLine;
  line.at = *at;
  line.host = take_word(text);
  line.program = take_word(text);
  line.process = take_word(text);
  take_word(text);  // MSGID
  if (line.program.empty() || text.empty()) return kBrokenLine;
  if (!skip_structured_data(text)) return kBrokenLine;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  line.text = text;
  return {};
}

std::string_view LogLines::read_journal(std::string_view text, LogLine& line) {
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object()) return kNoLogLine;
  const auto micros = text_of(object, "__REALTIME_TIMESTAMP");
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(micros.data(), micros.data() + micros.size(), value);
  if (error != std::errc() || value < 0) return kNoLogLine;
  line.at = Seconds(Duration(value / 1'000'000));
  message_ = text_of(object, "MESSAGE");
  host_ = text_of(object, "_HOSTNAME");
  program_ = text_of(object, "SYSLOG_IDENTIFIER");
  process_ = text_of(object, "SYSLOG_PID");
  if (process_.empty()) process_ = text_of(object, "_PID");
  line.text = message_;
  line.host = host_;
  line.program = program_;
  line.process = process_;
  return {};
}

}  // namespace lostletter::archive
