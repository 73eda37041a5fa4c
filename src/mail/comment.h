// SPDX-License-Identifier: Apache-2.0
//
// Comments of header fields (RFC 5322 3.2.2). They nest, so they are counted:
// no input can nest the stack.
#pragma once

#include <cstddef>
#include <string_view>

namespace lostletter::mail {

// Where the comment whose '(' is text[open] ends: behind its ')'. npos when it
// is never closed.
std::size_t end_of_comment(std::string_view text, std::size_t open);

}  // namespace lostletter::mail
