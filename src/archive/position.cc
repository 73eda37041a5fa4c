// SPDX-License-Identifier: Apache-2.0
#include "archive/position.h"

#include <array>
#include <charconv>
#include <vector>

#include "base/text.h"

namespace lostletter::archive {
namespace {

constexpr std::string_view kVersion = "1";
constexpr std::string_view kDigits = "0123456789abcdef";

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

std::optional<std::string> unhex(std::string_view text) {
  std::string bytes;
  if (text.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = kDigits.find(text[i]);
    const auto low = kDigits.find(text[i + 1]);
    if (high == kDigits.npos || low == kDigits.npos) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::string to_string(const Position& position) {
  std::string text(kVersion);
  const auto at =
      static_cast<std::uint64_t>(position.at.time_since_epoch().count());
  for (const auto value : {position.mark.offset, position.mark.lines,
                           position.mark.last, position.mark.hash, at}) {
    text += '.' + std::to_string(value);
  }
  return text + '.' + hex(position.name);
}

std::optional<Position> parse_position(std::string_view text) {
  const auto pieces = split(text, '.');
  if (pieces.size() != 7 || pieces[0] != kVersion) return std::nullopt;
  std::array<std::uint64_t, 5> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = number(pieces[i + 1]);
    if (!value) return std::nullopt;
    values[i] = *value;
  }
  auto name = unhex(pieces[6]);
  if (!name) return std::nullopt;
  Position position;
  position.mark = {values[0], values[1], values[2], values[3]};
  position.at = Seconds(Duration(static_cast<std::int64_t>(values[4])));
  position.name = std::move(*name);
  return position;
}

}  // namespace lostletter::archive
