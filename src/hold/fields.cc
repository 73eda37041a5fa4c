// SPDX-License-Identifier: Apache-2.0
#include "hold/fields.h"

#include "base/text.h"

namespace lostletter::hold {

std::string_view header_of(std::string_view letter) {
  std::size_t at = 0;
  while (at < letter.size()) {
    const auto end = letter.find('\n', at);
    const std::string_view line = letter.substr(at, end - at);
    if (line.empty() || line == "\r") return letter.substr(0, at);
    if (end == letter.npos) break;
    at = end + 1;
  }
  return letter;
}

std::string_view take_field(std::string_view& rest) {
  std::size_t end = rest.find('\n');
  while (end != rest.npos && end + 1 < rest.size() &&
         (rest[end + 1] == ' ' || rest[end + 1] == '\t')) {
    end = rest.find('\n', end + 1);
  }
  const std::string_view field =
      rest.substr(0, end == rest.npos ? rest.npos : end + 1);
  rest.remove_prefix(field.size());
  return field;
}

bool is_named(std::string_view field, std::string_view name) {
  const auto colon = field.find(':');
  return colon != field.npos &&
         ascii_iequals(trim(field.substr(0, colon)), name);
}

std::optional<std::string_view> find_field(std::string_view letter,
                                           std::string_view name) {
  for (std::string_view rest = header_of(letter); !rest.empty();) {
    const std::string_view field = take_field(rest);
    if (is_named(field, name)) return field;
  }
  return std::nullopt;
}

}  // namespace lostletter::hold
