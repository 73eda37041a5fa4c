// SPDX-License-Identifier: Apache-2.0
//
// UTS 39, sections 4 (skeletons) and 5 (mixed scripts). A character's scripts
// are its script extensions, and with them the writing systems of which they
// are part: a Han character is Japanese, Korean and Chinese at once. What a
// whole label can be is the intersection; nothing left means mixed.
#include "domain/skeleton.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/text.h"
#include "domain/normalize.h"
#include "domain/unicode_tables.h"

namespace lostletter::domain {
namespace {

using table::kScriptWords;
using table::ScriptSet;

constexpr ScriptSet kEveryScript = {{~0ULL, ~0ULL, ~0ULL}};

const ScriptSet& scripts_of(char32_t c) {
  return table::kScriptSets[value_at(c, table::kScripts, table::kScriptsCount)];
}

bool goes_with_all(const ScriptSet& set) {
  return set.words[0] == kEveryScript.words[0];
}

bool is_empty(const ScriptSet& set) {
  return std::ranges::all_of(set.words, [](auto word) { return word == 0; });
}

bool has_latin(const ScriptSet& set) {
  return (set.words[0] & table::kLatin) != 0;
}

void intersect(ScriptSet& set, const ScriptSet& other) {
  for (std::size_t i = 0; i < kScriptWords; ++i) set.words[i] &= other.words[i];
}

// What the label can be as a whole, and what it can be but for its Latin.
struct Resolved {
  ScriptSet all = kEveryScript;
  ScriptSet without_latin = kEveryScript;
};

Resolved resolve(std::u32string_view label) {
  Resolved resolved;
  for (const char32_t c : label) {
    const ScriptSet& scripts = scripts_of(c);
    intersect(resolved.all, scripts);
    if (!has_latin(scripts)) intersect(resolved.without_latin, scripts);
  }
  return resolved;
}

bool is_letter_digit_hyphen(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

std::u32string skeleton_of(std::u32string_view text) {
  std::u32string mapped;
  mapped.reserve(text.size());
  for (const char32_t c : to_nfd(text)) {
    append_mapped(
        mapped, c, table::kPrototypes,
        c < 0x80 ? table::kAsciiPrototypesCount : table::kPrototypesCount);
  }
  return to_nfd(mapped);
}

}  // namespace

std::string skeleton(std::string_view utf8) {
  const auto text = decode_utf8(utf8);
  return text ? encode_utf8(skeleton_of(*text)) : std::string(utf8);
}

bool is_mixed_script(std::string_view label) {
  if (is_ascii(label)) return false;  // Latin, and what goes with everything
  const auto text = decode_utf8(label);
  if (!text) return false;
  const Resolved resolved = resolve(*text);
  if (!is_empty(resolved.all)) return false;
  constexpr std::uint64_t kWithLatin =
      table::kJapanese | table::kHanWithBopomofo | table::kKorean;
  return (resolved.without_latin.words[0] & kWithLatin) == 0;
}

bool is_whole_script_confusable(std::string_view label) {
  if (is_ascii(label)) return false;
  const auto text = decode_utf8(label);
  if (!text) return false;
  const ScriptSet scripts = resolve(*text).all;
  if (is_empty(scripts) || goes_with_all(scripts) || has_latin(scripts)) {
    return false;
  }
  // A skeleton is confusable with all that has it, and so with itself: letters,
  // digits and hyphens are a label that somebody may have meant.
  return std::ranges::all_of(encode_utf8(skeleton_of(*text)),
                             is_letter_digit_hyphen);
}

}  // namespace lostletter::domain
