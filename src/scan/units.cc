// SPDX-License-Identifier: Apache-2.0
#include "scan/units.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "mail/address.h"

namespace lostletter::scan {

Result<Units> Units::parse(std::string_view text) {
  Units units;
  std::size_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(raw.substr(0, raw.find('#')));
    if (line.empty()) continue;
    const auto space = line.find_first_of(" \t");
    const std::string_view unit =
        space == line.npos ? std::string_view() : trim(line.substr(space));
    if (unit.empty()) {
      return fail(fmt::format("line {}: there is no unit behind '{}'", number,
                              printable(line, 60)));
    }
    auto pattern = guard::Pattern::parse(line.substr(0, space));
    if (!pattern) {
      return fail(fmt::format("line {}: {}", number, pattern.error().message));
    }
    units.rows_.push_back({std::move(*pattern), std::string(unit)});
  }
  return units;
}

std::string Units::of(std::string_view address) const {
  const auto at = mail::find_domain(address);
  const std::string_view domain = at ? address.substr(*at) : address;
  for (const Row& row : rows_) {
    if (row.pattern.matches(address, domain)) return row.unit;
  }
  return std::string(domain);
}

}  // namespace lostletter::scan
