// SPDX-License-Identifier: Apache-2.0
//
// UTF-16 behind a byte order mark, as Windows writes its tables, into UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lostletter::archive {

// Whether `bytes` begin with the mark of UTF-16, little or big.
bool has_utf16_mark(std::string_view bytes);

// Takes blocks cut anywhere. The mark itself is dropped; half a surrogate pair
// becomes U+FFFD; half a unit at the very end is lost.
class Utf16 {
 public:
  std::string decode(std::string_view block);

 private:
  void unit(char16_t one, std::string& out);

  bool has_mark_ = false;
  bool little_ = true;
  bool has_half_ = false;
  std::uint8_t half_ = 0;  // a unit's first byte
  char16_t high_ = 0;      // a pair's first unit
};

}  // namespace lostletter::archive
