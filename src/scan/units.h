// SPDX-License-Identifier: Apache-2.0
//
// Which unit of the house somebody belongs to: what a file says, else the
// domain of their address.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/rules.h"

namespace lostletter::scan {

class Units {
 public:
  // Lines of an address, a domain, or "*.example.com", and behind it the unit:
  // "ann@example.com Sales". The first line that fits is it; "#" begins a
  // comment. The error names the line.
  static Result<Units> parse(std::string_view text);

  // `address` as mail::Address::to_string() has it.
  std::string of(std::string_view address) const;

 private:
  struct Row {
    guard::Pattern pattern;
    std::string unit;
  };
  std::vector<Row> rows_;
};

}  // namespace lostletter::scan
