// SPDX-License-Identifier: Apache-2.0
//
// Normalization forms D and C (UAX 15), as far as skeletons and IDNA need them.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/unicode_tables.h"

namespace lostletter::domain {

// Canonical decomposition, combining marks in canonical order.
std::u32string to_nfd(std::u32string_view text);

// The same, composed again.
std::u32string to_nfc(std::u32string_view text);

// Canonical combining class; 0 for what begins a character sequence.
std::uint16_t combining_class(char32_t c);

// Appends what `c` becomes by the table; `c` itself where it has no row.
// REQUIRES: rows sorted by code point.
void append_mapped(std::u32string& text, char32_t c,
                   const table::Mapping* mappings, std::size_t count,
                   const char32_t* code_points = table::kCodePoints);

// The value of the range that `c` lies in. REQUIRES: the first begins at 0.
std::uint16_t value_at(char32_t c, const table::Range* ranges,
                       std::size_t count);

}  // namespace lostletter::domain
