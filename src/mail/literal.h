// SPDX-License-Identifier: Apache-2.0
//
// Address literals (RFC 5321 4.1.3): a mailbox at a host named by its IP
// address, "[192.0.2.1]" or "[IPv6:2001:db8::1]". Other tags were never
// standardised; they are refused. No system library, so that this compiles
// for wasm32.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lostletter::mail {

// `text` begins with '[' and stands at byte `offset` of its address. Gives the
// canonical text with its brackets: IPv6 as RFC 5952 writes it, so that two
// spellings of one host compare equal.
Result<std::string> parse_literal(std::string_view text, std::size_t offset);

}  // namespace lostletter::mail
