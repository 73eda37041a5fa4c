// SPDX-License-Identifier: Apache-2.0
#include "lookalike/edit.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>

#include "base/text.h"

namespace lostletter::lookalike {
namespace {

constexpr std::array<EditRow, kEditKinds> kRows = {{
    {EditKind::kDeletion, "deletion", "{i} lost"},
    {EditKind::kSingling, "singling", "double {i} typed once"},
    {EditKind::kTransposition, "transposition", "{i} swapped"},
    {EditKind::kDoubling, "doubling", "{t} typed twice"},
    {EditKind::kAdjacentKey, "adjacent-key", "{t} for {i}, the key beside it"},
    {EditKind::kSimilar, "similar", "{t} for {i}, which looks much the same"},
    {EditKind::kVowel, "vowel", "{t} for {i}"},
    {EditKind::kSubstitution, "substitution", "{t} for {i}"},
    {EditKind::kAdjacentInsertion, "adjacent-insertion",
     "{t} added, a key beside"},
    {EditKind::kInsertion, "insertion", "{t} added"},
    {EditKind::kDotLost, "dot-lost", "dot lost"},
    {EditKind::kDotAdded, "dot-added", "dot added"},
    {EditKind::kDotMoved, "dot-moved", "dot moved"},
    {EditKind::kDotAsComma, "dot-as-comma", "comma for dot"},
    {EditKind::kDotReplaced, "dot-replaced", "{t} for the dot"},
    {EditKind::kHyphenLost, "hyphen-lost", "hyphen lost"},
    {EditKind::kHyphenAdded, "hyphen-added", "hyphen added"},
    {EditKind::kConfusable, "confusable", "{t} looks like {i}"},
    {EditKind::kWordAdded, "word-added", "{t} added"},
    {EditKind::kLabelLost, "label-lost", "{i} lost in front"},
    {EditKind::kSuffixSwap, "suffix-swap", ".{t} for .{i}"},
    {EditKind::kSuffixLost, "suffix-lost", ".{i} lost"},
    {EditKind::kSuffixLabelLost, "suffix-label-lost", ".{t} for .{i}"},
    {EditKind::kSuffixLabelAdded, "suffix-label-added", ".{t} for .{i}"},
}};

void replace_all(std::string& text, std::string_view what,
                 std::string_view by) {
  for (auto at = text.find(what); at != text.npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// "m and r" for a pair, the characters themselves otherwise.
std::string spell(const std::u32string& characters, EditKind kind) {
  if (kind == EditKind::kTransposition && characters.size() == 2) {
    return encode_utf8(characters.substr(0, 1)) + " and " +
           encode_utf8(characters.substr(1));
  }
  return encode_utf8(characters);
}

constexpr std::array<std::array<std::string_view, 4>, 3> kLayouts = {{
    {"1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"},
    {"1234567890  ", "qwertzuiop  ", "asdfghjkl  ", "yxcvbnm,.-"},
    {"            ", "azertyuiop  ", "qsdfghjklm ", "wxcvbn,   "},
}};

using Adjacency = std::array<std::array<bool, 128>, 128>;

// Each row of keys stands half a key to the right of the one above it.
Adjacency make_adjacency() {
  Adjacency beside{};
  const auto each_key = [](const auto& layout, auto&& use) {
    for (int row = 0; row < 4; ++row) {
      const auto keys = layout[static_cast<std::size_t>(row)];
      for (std::size_t column = 0; column < keys.size(); ++column) {
        if (keys[column] == ' ') continue;
        use(keys[column], row, 2 * static_cast<int>(column) + row);
      }
    }
  };
  for (const auto& layout : kLayouts) {
    each_key(layout, [&](char a, int row_a, int x_a) {
      each_key(layout, [&](char b, int row_b, int x_b) {
        if (a == b || std::abs(row_a - row_b) > 1) return;
        const int apart = std::abs(x_a - x_b);
        if (apart <= (row_a == row_b ? 2 : 1)) {
          beside[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)] =
              true;
        }
      });
    });
  }
  return beside;
}

}  // namespace

std::span<const EditRow> edit_rows() { return kRows; }

const EditRow& row_of(EditKind kind) {
  const EditRow& row = kRows[static_cast<std::size_t>(kind)];
  assert(row.kind == kind);
  return row;
}

std::optional<EditKind> kind_of(std::string_view id) {
  const auto row = std::ranges::find(kRows, id, &EditRow::id);
  if (row == kRows.end()) return std::nullopt;
  return row->kind;
}

std::string describe(const Edit& edit) {
  std::string text(row_of(edit.kind).sentence);
  replace_all(text, "{i}", spell(edit.intended, edit.kind));
  replace_all(text, "{t}", spell(edit.typed, edit.kind));
  return text;
}

bool is_similar(char32_t a, char32_t b) {
  constexpr std::array<std::u32string_view, 11> kPairs = {
      U"il", U"ij", U"jl", U"uv", U"vw", U"mn",
      U"ec", U"co", U"hb", U"gq", U"ft"};
  return std::ranges::any_of(kPairs, [&](std::u32string_view pair) {
    return (a == pair[0] && b == pair[1]) || (a == pair[1] && b == pair[0]);
  });
}

bool is_vowel(char32_t c) {
  return std::u32string_view(U"aeiouy").find(c) != std::u32string_view::npos;
}

bool is_adjacent_key(char32_t a, char32_t b) {
  static const Adjacency beside = make_adjacency();
  return a < 128 && b < 128 && beside[a][b];
}

}  // namespace lostletter::lookalike
