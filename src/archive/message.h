// SPDX-License-Identifier: Apache-2.0
//
// What the header section of a message tells (RFC 5322): who wrote to whom,
// when, in which thread. Bodies are never looked at.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/letter.h"

namespace lostletter::archive {

struct Message {
  Letter letter;
  // Who sent it on as it is, last (Resent-*, RFC 5322 3.6.6): a letter too.
  std::optional<Letter> resent;
};

// `header`: the lines before the empty one, ending in LF or CRLF. Fields that
// cannot be read are left out; of a field that may stand once, the first
// counts. `trusted`: as in Options.
Message read_message(std::string_view header,
                     const std::vector<std::string>& trusted);

// Whether `line` begins a header field: a name and ':' (RFC 5322 3.6.8).
bool is_field_line(std::string_view line);

}  // namespace lostletter::archive
