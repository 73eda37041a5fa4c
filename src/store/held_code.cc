// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"
#include "store/held.h"

namespace lostletter::store {

// RFC 4648, section 6, in lower case. 256 is a multiple of 32: no letter is
// likelier than another.
std::string new_code() {
  constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz234567";
  std::string code = random_bytes(32);
  for (char& c : code) c = kDigits[static_cast<unsigned char>(c) % 32];
  return code;
}

}  // namespace lostletter::store
