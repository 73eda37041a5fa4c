// SPDX-License-Identifier: Apache-2.0
//
// The channel: how likely is it that someone who meant one name typed the
// other, and by which slips? The plain formula: a dynamic programme over both
// names (Damerau 1964, optimal string alignment) whose steps are the rows of
// edit.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "lookalike/edit.h"

namespace lostletter::lookalike {

struct Alignment {
  double log_likelihood = 0;  // ln P(typed | intended)
  std::vector<Edit> edits;    // from the left; empty when they are equal
};

// A name as the engine compares it: code points of its U-labels, and where its
// public suffix begins (the suffix's first character; size() when it has none).
struct Shape {
  std::u32string_view text;
  std::size_t suffix = 0;
};

// The most likely explanation by slips of single characters, or nothing when
// more than `most` would be needed.
std::optional<Alignment> align(const Shape& intended, std::u32string_view typed,
                               std::size_t most = 3);

// The explanations by larger pieces: a label lost in front ("army.mil" for
// "us.army.mil"), the suffix exchanged ("gmail.net" for "gmail.com").
std::optional<Alignment> align_label_lost(const Shape& intended,
                                          std::u32string_view typed);
std::optional<Alignment> align_suffix_swap(const Shape& intended,
                                           const Shape& typed);

}  // namespace lostletter::lookalike
