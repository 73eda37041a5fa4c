// SPDX-License-Identifier: Apache-2.0
//
// The slips of hand and eye that turn an intended name into the typed one. Each
// kind is a row of one table: its id, its likelihood for one candidate, and the
// sentence people read. A new kind is a new row and its place in align.cc.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lostletter::lookalike {

enum class EditKind {
  kDeletion,
  kSingling,
  kTransposition,
  kDoubling,
  kAdjacentKey,
  kSubstitution,
  kInsertion,
  kDotLost,
  kDotAdded,
  kDotMoved,
  kDotAsComma,
  kHyphenLost,
  kHyphenAdded,
  kConfusable,
  kLabelLost,
  kSuffixSwap,
};

struct EditRow {
  EditKind kind;
  std::string_view id;    // "transposition"
  double log_likelihood;  // of one candidate: ln P(this very slip | intended)
  // {i} the intended characters, {t} the typed ones.
  std::string_view sentence;
};

// All kinds, in the order of the enumeration.
const std::vector<EditRow>& edit_rows();
const EditRow& row_of(EditKind kind);

// One slip. Positions count code points.
struct Edit {
  EditKind kind = EditKind::kSubstitution;
  std::size_t at = 0;       // where in the intended name it begins
  std::u32string intended;  // what should stand there
  std::u32string typed;     // what stands there
  bool in_suffix = false;   // within the intended name's public suffix

  bool operator==(const Edit&) const = default;
};

// A slip in the first character of a name is seen by its writer: it is this
// much less likely (Yannakoudakis and Fawthrop 1983).
inline constexpr double kFirstCharacter = -1.6;

// Slips come in company: after a first one, each further one is this much more
// likely than alone.
inline constexpr double kFurtherEdit = 3.0;

// "i lost": the row's sentence with its characters.
std::string describe(const Edit& edit);

// Which characters sit beside each other on a keyboard: QWERTY, QWERTZ or
// AZERTY. Symmetric; lower-case ASCII letters, digits, '.', ',' and '-'.
bool is_adjacent_key(char32_t a, char32_t b);

}  // namespace lostletter::lookalike
