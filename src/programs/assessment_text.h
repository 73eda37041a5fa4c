// SPDX-License-Identifier: Apache-2.0
//
// A judgement as people read it on a terminal.
#pragma once

#include <string>

#include "guard/assess.h"

namespace lostletter::programs {

//   misdirected 99.87 %  a.smith@army.ml
//                        did you mean a.smith@army.mil?
//                        army.ml is one letter from army.mil (i lost)
//
// Nothing from outside reaches the terminal unescaped.
void append_text(const guard::Assessment& assessment, bool colour,
                 std::string& text);

}  // namespace lostletter::programs
