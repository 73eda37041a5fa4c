// SPDX-License-Identifier: Apache-2.0
//
// What the engine says to people: short sentences that a sender accepts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lookalike/edit.h"

namespace lostletter::lookalike {

// "suffix: i lost (mil -> ml)": where, what, and the piece before and after.
// `intended` is the whole intended name, `suffix` where its suffix begins.
std::string edit_sentence(std::u32string_view intended, std::size_t suffix,
                          const std::vector<Edit>& edits);

// "lookalike.suffix" where every slip is in the suffix, else
// "lookalike." and the first slip's id.
std::string finding_id(const std::vector<Edit>& edits);

// "army.ml is one letter from army.mil (i lost)".
std::string likeness_sentence(std::string_view typed, std::string_view intended,
                              const std::vector<Edit>& edits);

// "names under .mil are protected here".
std::string protected_sentence(std::string_view intended);

// "x.ml is one letter from x.mil, and names under mil are protected; nobody has
// been seen to write to either".
std::string unseen_protected_sentence(std::string_view typed,
                                      std::string_view intended,
                                      std::string_view suffix);

}  // namespace lostletter::lookalike
