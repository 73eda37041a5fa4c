// SPDX-License-Identifier: Apache-2.0
//
// What kind of slip a single step from an intended name to a typed one is. One
// place, for those who look at two names (align.cc) and for those who make the
// second one up (exposure/slips.cc): both must call a slip the same.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "lookalike/edit.h"

namespace lostletter::lookalike {

// Letters that read as one another in most typefaces, one for one or two for
// one, though Unicode, which looks at single characters, does not say so.
inline constexpr std::array<std::array<std::u32string_view, 2>, 5>
    kReadingAlike = {{
        {U"rn", U"m"},
        {U"vv", U"w"},
        {U"cl", U"d"},
        {U"0", U"o"},
        {U"1", U"l"},
    }};

// Are they such a pair, in either order?
bool reads_alike(std::u32string_view a, std::u32string_view b);

// The one letter of a pair that reads as it.
constexpr bool reads_as_pair(char32_t c) {
  return c == U'm' || c == U'w' || c == U'd';
}

// `typed` for `intended`. REQUIRES: they differ.
EditKind substitution_kind(char32_t intended, char32_t typed);

// name[at] lost. REQUIRES: at < name.size()
EditKind deletion_kind(std::u32string_view name, std::size_t at);

// `typed` added before name[at]; `follows`: something was typed before it.
EditKind insertion_kind(std::u32string_view name, std::size_t at,
                        char32_t typed, bool follows);

// name[at] and name[at + 1] swapped. REQUIRES: both are there.
EditKind transposition_kind(std::u32string_view name, std::size_t at);

}  // namespace lostletter::lookalike
