// SPDX-License-Identifier: Apache-2.0
//
// The JSON of a judgement (RFC 8259): fields are stable, new ones may be added.
// Written by hand into memory that is used again, because a list of a million
// addresses is mostly this; the tests read it with a library.
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/text.h"
#include "guard/assess.h"

namespace lostletter::guard {
namespace {

// Bytes of a string that cannot stand for themselves, or begin what may be no
// UTF-8.
constexpr std::array<bool, 256> kSpecial = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    table[byte] = byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x80;
  }
  return table;
}();

bool is_special(char c) { return kSpecial[static_cast<std::uint8_t>(c)]; }

// The bytes of the UTF-8 character that begins here; 0 when none does.
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<std::uint8_t>(text[0]);
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  return is_valid_utf8(text.substr(0, length)) ? length : 0;
}

void append_escape(char c, std::string& text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::string_view kPlain = "\"\\\b\f\n\r\t";
  constexpr std::string_view kShort = "\"\\bfnrt";
  text += '\\';
  if (const auto at = kPlain.find(c); at != kPlain.npos) {
    text += kShort[at];
    return;
  }
  text += "u00";
  text += kDigits[static_cast<std::uint8_t>(c) >> 4];
  text += kDigits[static_cast<std::uint8_t>(c) & 0xF];
}

// Bytes that are no UTF-8 become U+FFFD: the line stays JSON whatever came.
void append_string(std::string_view value, std::string& text) {
  text += '"';
  while (!value.empty()) {
    std::size_t plain = 0;
    while (plain < value.size() && !is_special(value[plain])) ++plain;
    text += value.substr(0, plain);
    value.remove_prefix(plain);
    if (value.empty()) break;
    std::size_t used = 1;
    if (static_cast<std::uint8_t>(value[0]) < 0x80) {
      append_escape(value[0], text);
    } else if (const std::size_t length = character_length(value)) {
      text += value.substr(0, length);
      used = length;
    } else {
      text += "\uFFFD";
    }
    value.remove_prefix(used);
  }
  text += '"';
}

// Rounded to 1/scale, and never without a point: 0.0, 0.9987.
void append_number(double value, double scale, std::string& text) {
  if (value == 0) {
    text += "0.0";
    return;
  }
  const double rounded = std::round(value * scale) / scale;
  std::array<char, 64> shown{};
  const auto [end, error] = std::to_chars(shown.begin(), shown.end(), rounded,
                                          std::chars_format::fixed);
  const std::string_view number(shown.data(), end);
  if (error != std::errc() || !std::isfinite(rounded)) {
    text += "null";
    return;
  }
  text += number;
  if (!number.contains('.')) text += ".0";
}

void append_object(const Intended& intended, std::string& text) {
  text += R"({"address":)";
  append_string(intended.address, text);
  text += R"(,"domain":)";
  append_string(intended.domain, text);
  text += R"(,"probability":)";
  append_number(intended.probability, 10000, text);
  text += R"(,"edit":)";
  append_string(intended.edit, text);
  text += '}';
}

void append_object(const Finding& finding, std::string& text) {
  text += R"({"id":)";
  append_string(finding.id, text);
  text += R"(,"log_odds":)";
  append_number(finding.log_odds, 100, text);
  text += R"(,"text":)";
  append_string(finding.text, text);
  text += '}';
}

template <typename Values>
void append_array(const Values& values, std::string& text) {
  text += '[';
  for (const auto& value : values) {
    if (&value != &values.front()) text += ',';
    append_object(value, text);
  }
  text += ']';
}

}  // namespace

void append_json(const Assessment& assessment, std::string& text) {
  text += R"({"address":)";
  append_string(assessment.address, text);
  text += R"(,"domain":)";
  append_string(assessment.domain, text);
  text += R"(,"verdict":)";
  append_string(to_string(assessment.verdict), text);
  text += R"(,"probability":)";
  append_number(assessment.probability, 10000, text);
  text += R"(,"intended":)";
  append_array(assessment.intended, text);
  text += R"(,"findings":)";
  append_array(assessment.findings, text);
  text += R"(,"action":)";
  append_string(to_string(assessment.action), text);
  text += '}';
}

std::string to_json(const Assessment& assessment) {
  std::string text;
  append_json(assessment, text);
  return text;
}

}  // namespace lostletter::guard
