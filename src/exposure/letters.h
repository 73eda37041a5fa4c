// SPDX-License-Identifier: Apache-2.0
//
// The characters of one name and of its slips, a byte each: ASCII as it is, any
// other code point under a number of its own from 128 on. Millions of names are
// made and compared, and nearly all of them are ASCII.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lostletter::exposure {

class Letters {
 public:
  static constexpr std::size_t kMost = 128;  // that are not ASCII

  // The byte of a code point, made on first use; nothing when there are too
  // many.
  std::optional<char> byte_of(char32_t code_point);
  std::optional<std::string> bytes_of(std::u32string_view text);

  // REQUIRES: the bytes came from here.
  std::u32string text_of(std::string_view bytes) const;

 private:
  std::vector<char32_t> others_;
};

// Is one of the bytes no ASCII character?
bool has_others(std::string_view bytes);

// The letters that look like this one, which internationalised names may have:
// Cyrillic and Greek ones above all (UTS 39), in the order of their code
// points. Empty for what is no lower-case ASCII letter.
std::u32string_view confusable_letters(char32_t letter);

}  // namespace lostletter::exposure
