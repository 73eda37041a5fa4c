// SPDX-License-Identifier: Apache-2.0
//
// Puts another address in the place of a wrong one in the To and Cc fields of
// a letter (RFC 5322 3.6.3). Nothing else of the letter is touched: not a byte
// of its body, no other field, no display name.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lostletter::hold {

struct Mended {
  std::string letter;
  std::size_t places = 0;  // where the address stood
};

// `letter` with `wrong` (compared without regard to case) replaced by `right`.
// An address written with comments or quotes inside is not found: 0 places.
Mended mend_fields(std::string_view letter, std::string_view wrong,
                   std::string_view right);

// Does a DKIM signature (RFC 6376 3.5, h=) or an ARC seal cover To or Cc? Then
// mending them breaks it.
bool signs_recipients(std::string_view letter);

}  // namespace lostletter::hold
