// SPDX-License-Identifier: Apache-2.0
//
// A path is the null path, postmaster or an address, one of them; and what it
// is in brackets it is without them.
#include <cassert>
#include <cstdint>

#include "base/text.h"
#include "mail/address.h"

using namespace lostletter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(data, data + size);
  const auto path = mail::parse_path(text);
  if (!path) {
    std::string message = path.error().message;
    std::erase(message, '\\');  // which printable would double
    assert(!message.empty() && message.size() <= 600);
    assert(printable(message, message.size()) == message);
    // Whatever is an address is a path.
    assert(!mail::Address::parse(text));
    return 0;
  }
  const int kinds =
      path->is_null + path->is_postmaster + path->address.has_value();
  assert(kinds == 1);
  if (!path->address) return 0;
  for (const std::string& written :
       {path->address->to_string(), '<' + path->address->to_string() + '>',
        "<@relay.example:" + path->address->to_string() + ".>"}) {
    if (written.size() > 256) continue;
    const auto again = mail::parse_path(written);
    assert(again && again->address == path->address);
  }
  return 0;
}
