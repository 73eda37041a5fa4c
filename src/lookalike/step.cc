// SPDX-License-Identifier: Apache-2.0
#include "lookalike/step.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "domain/skeleton.h"

namespace lostletter::lookalike {
namespace {

bool looks_alike(std::u32string_view a, std::u32string_view b) {
  return domain::skeleton(encode_utf8(a)) == domain::skeleton(encode_utf8(b));
}

EditKind find_substitution_kind(char32_t intended, char32_t typed) {
  using enum EditKind;
  if (intended == U'.') return typed == U',' ? kDotAsComma : kDotReplaced;
  if (typed == U'.') return kDotAdded;
  const std::u32string_view i(&intended, 1);
  const std::u32string_view t(&typed, 1);
  if (reads_alike(i, t)) return kConfusable;
  if (typed >= 128 || intended >= 128) {
    return looks_alike(i, t) ? kConfusable : kSubstitution;
  }
  if (is_adjacent_key(intended, typed)) return kAdjacentKey;
  if (is_similar(intended, typed)) return kSimilar;
  return is_vowel(intended) && is_vowel(typed) ? kVowel : kSubstitution;
}

// Of ASCII, once and for all.
class SubstitutionKinds {
 public:
  SubstitutionKinds() {
    for (char32_t i = 0; i < 128; ++i) {
      for (char32_t t = 0; t < 128; ++t) {
        kinds_[i * 128 + t] = find_substitution_kind(i, t);
      }
    }
  }
  EditKind operator()(char32_t i, char32_t t) const {
    return i < 128 && t < 128 ? kinds_[i * 128 + t]
                              : find_substitution_kind(i, t);
  }

 private:
  std::array<EditKind, std::size_t{128} * 128> kinds_{};
};

}  // namespace

bool reads_alike(std::u32string_view a, std::u32string_view b) {
  return std::ranges::any_of(kReadingAlike, [&](const auto& pair) {
    return (a == pair[0] && b == pair[1]) || (a == pair[1] && b == pair[0]);
  });
}

EditKind substitution_kind(char32_t intended, char32_t typed) {
  static const SubstitutionKinds kinds;
  return kinds(intended, typed);
}

EditKind deletion_kind(std::u32string_view name, std::size_t at) {
  if (name[at] == U'.') return EditKind::kDotLost;
  if (name[at] == U'-') return EditKind::kHyphenLost;
  const bool twin = (at > 0 && name[at - 1] == name[at]) ||
                    (at + 1 < name.size() && name[at + 1] == name[at]);
  return twin ? EditKind::kSingling : EditKind::kDeletion;
}

EditKind insertion_kind(std::u32string_view name, std::size_t at,
                        char32_t typed, bool follows) {
  if (typed == U'.') return EditKind::kDotAdded;
  if (typed == U'-') return EditKind::kHyphenAdded;
  const bool twin = (at > 0 && follows && name[at - 1] == typed) ||
                    (at < name.size() && name[at] == typed);
  if (twin) return EditKind::kDoubling;
  const bool slipped = (at > 0 && is_adjacent_key(name[at - 1], typed)) ||
                       (at < name.size() && is_adjacent_key(name[at], typed));
  return slipped ? EditKind::kAdjacentInsertion : EditKind::kInsertion;
}

EditKind transposition_kind(std::u32string_view name, std::size_t at) {
  const bool dot = name[at] == U'.' || name[at + 1] == U'.';
  return dot ? EditKind::kDotMoved : EditKind::kTransposition;
}

}  // namespace lostletter::lookalike
