// SPDX-License-Identifier: Apache-2.0
//
// The slips of hand and eye that turn an intended name into the typed one. Each
// kind is a row of one table: its id and the sentence people read. A new kind
// is a new row here, its place in align.cc, and its likelihood (channel.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lostletter::lookalike {

enum class EditKind : std::uint8_t {
  kDeletion,
  kSingling,
  kTransposition,
  kDoubling,
  kAdjacentKey,
  kSimilar,
  kVowel,
  kSubstitution,
  kAdjacentInsertion,
  kInsertion,
  kDotLost,
  kDotAdded,
  kDotMoved,
  kDotAsComma,
  kDotReplaced,
  kHyphenLost,
  kHyphenAdded,
  kConfusable,
  kWordAdded,
  kLabelLost,
  kSuffixSwap,
  kSuffixLost,
  kSuffixLabelLost,
  kSuffixLabelAdded,
};
inline constexpr std::size_t kEditKinds = 24;

struct EditRow {
  EditKind kind;
  std::string_view id;  // "transposition"
  // {i} the intended characters, {t} the typed ones.
  std::string_view sentence;
};

// All kinds, in the order of the enumeration.
std::span<const EditRow> edit_rows();
const EditRow& row_of(EditKind kind);

std::optional<EditKind> kind_of(std::string_view id);

// Larger than characters: a word, a label, a suffix.
constexpr bool is_whole(EditKind kind) { return kind >= EditKind::kWordAdded; }

// One slip. Positions count code points.
struct Edit {
  EditKind kind = EditKind::kSubstitution;
  std::size_t at = 0;       // where in the intended name it begins
  std::u32string intended;  // what should stand there
  std::u32string typed;     // what stands there
  bool in_suffix = false;   // within the intended name's public suffix

  bool operator==(const Edit&) const = default;
};

// "i lost": the row's sentence with its characters.
std::string describe(const Edit& edit);

// Letters that are read as one another at a glance, though each is clear alone:
// i and l, u and v, m and n. Symmetric.
bool is_similar(char32_t a, char32_t b);

// a, e, i, o, u, y.
bool is_vowel(char32_t c);

// Which characters sit beside each other on a keyboard: QWERTY, QWERTZ or
// AZERTY. Symmetric; lower-case ASCII letters, digits, '.', ',' and '-'.
bool is_adjacent_key(char32_t a, char32_t b);

}  // namespace lostletter::lookalike
