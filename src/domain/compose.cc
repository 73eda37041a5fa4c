// SPDX-License-Identifier: Apache-2.0
//
// Normalization form C, apart from form D because natively nothing asks for it.
#include <cstddef>

#include "domain/hangul.h"
#include "domain/idna_tables.h"
#include "domain/normalize.h"

namespace lostletter::domain {

// The Unicode Standard 3.11, D117: each character is composed with the last
// starter before it unless one of its own class or a higher one (or a starter)
// stands between them.
std::u32string to_nfc(std::u32string_view text) {
  constexpr std::size_t kNowhere = std::u32string_view::npos;
  std::u32string result;
  std::size_t starter = kNowhere;
  std::uint16_t last_class = 0;  // of what stands behind the starter
  for (const char32_t c : to_nfd(text)) {
    const std::uint16_t own = combining_class(c);
    const bool is_beside = starter != kNowhere && starter + 1 == result.size();
    if (starter != kNowhere && (is_beside || last_class < own)) {
      const char32_t first = result[starter];
      char32_t both = composed_hangul(first, c);
      if (both == 0) both = composed(first, c);
      if (both != 0) {
        result[starter] = both;
        continue;
      }
    }
    if (own == 0) starter = result.size();
    last_class = own;
    result += c;
  }
  return result;
}

}  // namespace lostletter::domain
