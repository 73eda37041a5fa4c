// SPDX-License-Identifier: Apache-2.0
//
// Normalization form D (UAX 15), as far as skeletons need it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "domain/unicode_tables.h"

namespace lostletter::domain {

// Canonical decomposition, combining marks in canonical order.
std::u32string to_nfd(std::u32string_view text);

// Appends what `c` becomes by the table; `c` itself where it has no row.
// REQUIRES: rows sorted by code point.
void append_mapped(std::u32string& text, char32_t c,
                   const table::Mapping* mappings, std::size_t count);

// The value of the range that `c` lies in. REQUIRES: the first begins at 0.
std::uint16_t value_at(char32_t c, const table::Range* ranges,
                       std::size_t count);

}  // namespace lostletter::domain
