// SPDX-License-Identifier: Apache-2.0
//
// Tokens and addresses at the hold name: whatever is read was written by us, or
// would have been.
#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"
#include "hold/addresses.h"
#include "hold/token.h"

using namespace lostletter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string secret(32, 's');
  if (const auto token = hold::read_token(secret, text)) {
    assert(hold::make_token(secret, *token) == ascii_lower(text));
  }
  const auto address = hold::read_hold_address(text, "hold.invalid");
  if (address && !address->word.empty()) {
    assert(hold::hold_address(address->kind, address->word, "hold.invalid") ==
           ascii_lower(text));
  }
  return 0;
}
