// SPDX-License-Identifier: Apache-2.0
//
// The answer of a sender by mail: one word in the first line they wrote. Reads
// foreign bytes; whatever is no answer is nothing.
#pragma once

#include <optional>
#include <string_view>

#include "hold/token.h"

namespace lostletter::hold {

// "fix", "send" or "discard" as the first word of the text, whatever its case
// and what follows it. Nothing for other words, and for what a program wrote
// (RFC 3834): a vacation responder quotes what it answers.
std::optional<Purpose> read_reply(std::string_view letter);

}  // namespace lostletter::hold
