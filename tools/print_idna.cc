// SPDX-License-Identifier: Apache-2.0
//
// Prints what libidn2 makes of each character beyond ASCII in a label, where
// that is not the character itself:
//
//   0378 disallowed     by UTS 46: whatever else stands in the label
//   2615 refused        by IDNA2008, once the label's form is found right
//   061D unassigned     unknown to IDNA2008's table, though not to UTS 46's
//   00A8 spelled        has a mapping, to what no A-label can hold: a space
//   00C4 becomes 00E4   00AD becomes (nothing)
//
// Runs at build time, on the machine that builds; why it exists:
// docs/decisions/0006-idna-in-wasm.md
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include <idn2.h>

#include "base/text.h"

namespace {

using lostletter::decode_utf8;
using lostletter::encode_utf8;

struct Answer {
  int code;
  std::u32string text;  // as U-labels
};

Answer ask(const std::u32string& label) {
  std::uint8_t* mapped = nullptr;
  char* shown = nullptr;
  int code = idn2_lookup_u8(
      reinterpret_cast<const std::uint8_t*>(encode_utf8(label).c_str()),
      &mapped, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const std::unique_ptr<std::uint8_t, void (*)(void*)> owner(mapped, idn2_free);
  if (code != IDN2_OK) return {code, {}};
  code = idn2_to_unicode_8z8z(reinterpret_cast<const char*>(mapped), &shown, 0);
  const std::unique_ptr<char, void (*)(void*)> shown_owner(shown, idn2_free);
  if (code != IDN2_OK) return {code, {}};
  return {code, decode_utf8(shown).value_or(U"")};
}

[[noreturn]] void stop(char32_t c, const char* why) {
  std::fprintf(stderr, "print_idna: U+%04X: %s\n", static_cast<unsigned>(c),
               why);
  std::exit(1);
}

// The three full stops of UTS 46 never stand in a label, and a joiner's place
// decides on it: idna_twin.cc knows both.
bool is_not_asked(char32_t c) {
  return c == 0x3002 || c == 0xFF0E || c == 0xFF61 || c == 0x200C ||
         c == 0x200D || (c >= 0xD800 && c < 0xE000);
}

// What becomes ASCII is asked for alone, as most of ASCII may not stand beside
// anything else; marks want a character before them, Arabic digits one of their
// direction. Han and Hebrew letters compose with nothing.
constexpr char32_t kHan = U'\u4E2D';
constexpr char32_t kHebrew = U'\u05D0';

std::optional<std::u32string> becomes(char32_t c) {
  if (auto alone = ask({c}); alone.code == IDN2_OK) return alone.text;
  if (auto after = ask({kHan, c}); after.code == IDN2_OK) {
    return after.text.substr(1);
  }
  if (auto between = ask({kHebrew, c, kHebrew}); between.code == IDN2_OK) {
    return between.text.substr(1, between.text.size() - 2);
  }
  return std::nullopt;
}

std::string describe(char32_t c) {
  const auto text = becomes(c);
  if (!text) {
    if (ask({c}).code == IDN2_ALABEL_ROUNDTRIP_FAILED) return "spelled";
    if (ask({kHan, c}).code == IDN2_UNASSIGNED) return "unassigned";
    // The form of a label is looked at after the mapping.
    const int code = ask({'a', 'b', '-', '-', c}).code;
    if (code == IDN2_DISALLOWED) return "disallowed";
    if (code == IDN2_2HYPHEN) return "refused";
    stop(c, idn2_strerror_name(code));
  }
  if (*text == std::u32string(1, c)) return "";
  if (text->find(U'.') != text->npos) stop(c, "becomes two labels");
  std::string line = "becomes";
  for (const char32_t to : *text) {
    char number[16];
    std::snprintf(number, sizeof number, " %04X", static_cast<unsigned>(to));
    line += number;
  }
  return line;
}

}  // namespace

int main() {
  for (char32_t c = 0x80; c <= 0x10FFFF; ++c) {
    if (is_not_asked(c)) continue;
    const std::string line = describe(c);
    if (!line.empty()) {
      std::printf("%04X %s\n", static_cast<unsigned>(c), line.c_str());
    }
  }
}
