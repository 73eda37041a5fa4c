// SPDX-License-Identifier: Apache-2.0
#include "exposure/letters.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "domain/name.h"
#include "domain/skeleton.h"

namespace lostletter::exposure {
namespace {

// Blocks with letters of alphabets: Latin and its extensions, Greek, Cyrillic,
// Armenian, Cherokee. Mathematical letters and the like map to ASCII
// (UTS 46): a name cannot have them.
struct Block {
  char32_t first;
  char32_t last;
};
constexpr Block kBlocks[] = {
    {0x00DF, 0x02AF}, {0x0370, 0x058F}, {0x10D0, 0x10FF}, {0x13A0, 0x13FF},
    {0x1D00, 0x1FFF}, {0x2C60, 0x2DFF}, {0xA640, 0xA7FF}, {0xAB30, 0xABBF},
};

// May it stand in a name as it is?
bool may_stand_in_name(char32_t c) {
  std::string text;
  append_utf8(text, c);
  text += ".example";
  const auto name = domain::Name::parse(text);
  return name && name->unicode() == text;
}

using Table = std::array<std::u32string, 26>;

Table make_table() {
  Table table;
  for (const Block& block : kBlocks) {
    for (char32_t c = block.first; c <= block.last; ++c) {
      const std::string skeleton =
          domain::skeleton(encode_utf8(std::u32string_view(&c, 1)));
      if (skeleton.size() != 1) continue;
      // "l" is the skeleton of i, l and 1 at once; that one letter is enough.
      const char letter = skeleton[0];
      if (letter >= 'a' && letter <= 'z' && may_stand_in_name(c)) {
        table[static_cast<std::size_t>(letter - 'a')] += c;
      }
    }
  }
  return table;
}

}  // namespace

std::optional<char> Letters::byte_of(char32_t code_point) {
  if (code_point < 128) return static_cast<char>(code_point);
  auto found = std::ranges::find(others_, code_point);
  if (found == others_.end()) {
    if (others_.size() == kMost) return std::nullopt;
    others_.push_back(code_point);
    found = others_.end() - 1;
  }
  return static_cast<char>(128 + (found - others_.begin()));
}

std::optional<std::string> Letters::bytes_of(std::u32string_view text) {
  std::string bytes;
  for (const char32_t c : text) {
    const auto byte = byte_of(c);
    if (!byte) return std::nullopt;
    bytes += *byte;
  }
  return bytes;
}

std::u32string Letters::text_of(std::string_view bytes) const {
  std::u32string text;
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    text += byte < 128 ? char32_t{byte} : others_[byte - 128U];
  }
  return text;
}

bool has_others(std::string_view bytes) {
  return std::ranges::any_of(
      bytes, [](char c) { return static_cast<std::uint8_t>(c) >= 128; });
}

std::u32string_view confusable_letters(char32_t letter) {
  static const Table table = make_table();
  if (letter < U'a' || letter > U'z') return {};
  return table[letter - U'a'];
}

}  // namespace lostletter::exposure
