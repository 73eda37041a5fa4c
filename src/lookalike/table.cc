// SPDX-License-Identifier: Apache-2.0
#include "lookalike/table.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/text.h"

namespace lostletter::lookalike {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

// Read by hand: not every library that this compiles with reads floating
// numbers without a locale.
std::optional<double> read_number(std::string_view text) {
  if (text == "-") return kNever;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto dot = text.find('.');
  std::string digits(text.substr(0, dot));
  std::string part(dot == text.npos ? "" : text.substr(dot + 1));
  if (digits.empty() || part.size() > 3) return std::nullopt;
  part.resize(3, '0');
  digits += part;
  int thousandths = 0;
  const auto [end, trouble] = std::from_chars(
      digits.data(), digits.data() + digits.size(), thousandths);
  if (trouble != std::errc() || end != digits.data() + digits.size() ||
      thousandths < 0) {
    return std::nullopt;
  }
  return (negative ? -thousandths : thousandths) / 1000.0;
}

}  // namespace

Error wrong_row(const TableRow& row, std::string_view what) {
  return {"line " + std::to_string(row.line) + ": '" + printable(row.id, 40) +
          "' " + std::string(what)};
}

Result<std::vector<TableRow>> read_table(std::string_view text) {
  std::vector<TableRow> rows;
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    const std::string_view content = trim(line);
    if (content.empty() || content.front() == '#') continue;
    const auto fields = split(content, '\t');
    TableRow row{number, fields.front(), {}};
    for (std::size_t i = 1; i < fields.size(); ++i) {
      const auto value = read_number(fields[i]);
      if (!value) {
        return std::unexpected(
            wrong_row(row, "has '" + printable(fields[i], 40) +
                               "', which is no number of thousandths"));
      }
      row.values.push_back(*value);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string to_thousandths(double value) {
  if (value == kNever) return "-";
  const auto thousandths = std::lround(std::abs(value) * 1000);
  std::string part = std::to_string(thousandths % 1000);
  part.insert(0, 3 - part.size(), '0');
  const std::string sign = value < 0 && thousandths != 0 ? "-" : "";
  return sign + std::to_string(thousandths / 1000) + '.' + part;
}

}  // namespace lostletter::lookalike
