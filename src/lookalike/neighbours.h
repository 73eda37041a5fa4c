// SPDX-License-Identifier: Apache-2.0
//
// Every string that one slip of a character makes of a name: what the learning
// tools count, and what a name's owner may want to know.
#pragma once

#include <set>
#include <string>

namespace lostletter::lookalike {

// Deletions, insertions, substitutions (letters, digits, '-', '.', ','),
// transpositions and letters that read as pairs; without the name itself.
std::set<std::u32string> neighbours(const std::u32string& name);

}  // namespace lostletter::lookalike
