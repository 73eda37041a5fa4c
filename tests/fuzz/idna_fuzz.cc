// SPDX-License-Identifier: Apache-2.0
//
// A-labels and U-labels out of any bytes: what one direction makes, the other
// takes back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "domain/idna.h"

namespace {

using lostletter::domain::to_a_labels;
using lostletter::domain::to_u_labels;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_to_ascii(std::string_view text) {
  const auto ascii = to_a_labels(text);
  if (!ascii) return;
  require(lostletter::is_ascii(*ascii));
  require(to_a_labels(*ascii) == *ascii);
  if (lostletter::is_ascii(text)) {
    require(*ascii == lostletter::ascii_lower(text));
  }
}

void check_to_unicode(std::string_view text) {
  const auto unicode = to_u_labels(text);
  if (!unicode || !lostletter::is_ascii(text)) return;
  require(lostletter::is_valid_utf8(*unicode));
  require(to_a_labels(*unicode) == lostletter::ascii_lower(text));
  require(to_u_labels(*unicode) == *unicode);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_to_ascii(text);
  check_to_unicode(text);
  if (const auto ascii = to_a_labels(text)) check_to_unicode(*ascii);
  return 0;
}
