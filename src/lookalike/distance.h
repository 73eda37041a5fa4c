// SPDX-License-Identifier: Apache-2.0
//
// Optimal string alignment distance (Damerau's four edits, no substring edited
// twice) on code points, cut off at a bound.
#pragma once

#include <string_view>

namespace lostletter::lookalike {

// The distance, or most + 1 when it is greater. REQUIRES: most is 0 to 3.
int osa_distance(std::u32string_view a, std::u32string_view b, int most);

// Is the distance `most` at most? For bytes, sixteen at a time: what both begin
// with falls away, then each kind of slip is tried. REQUIRES: most is 0 to 2;
// no byte is 0.
bool is_within_slips(std::string_view a, std::string_view b, int most);

}  // namespace lostletter::lookalike
