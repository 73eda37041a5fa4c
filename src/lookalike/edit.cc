// SPDX-License-Identifier: Apache-2.0
#include "lookalike/edit.h"

#include <array>
#include <cassert>
#include <cmath>
#include <cstdlib>

#include "base/text.h"

namespace lostletter::lookalike {
namespace {

// Per candidate, so a kind with many candidates (any of 36 characters at any
// place) is rare in each: a deletion is some 40 times a substitution, a
// transposition 20 times (Szurdi and Christin, IMC 2017, figure 9). The level
// follows from one slip in some 500 typed names.
std::vector<EditRow> make_rows() {
  using enum EditKind;
  const auto p = [](double probability) { return std::log(probability); };
  return {
      {kDeletion, "deletion", p(6e-5), "{i} lost"},
      {kSingling, "singling", p(1e-4), "double {i} typed once"},
      {kTransposition, "transposition", p(3e-5), "{i} swapped"},
      {kDoubling, "doubling", p(8e-6), "{t} typed twice"},
      {kAdjacentKey, "adjacent-key", p(3e-6), "{t} for {i}, the key beside it"},
      {kSubstitution, "substitution", p(1.5e-6), "{t} for {i}"},
      {kInsertion, "insertion", p(1.5e-6), "{t} added"},
      {kDotLost, "dot-lost", p(6e-5), "dot lost"},
      {kDotAdded, "dot-added", p(3e-6), "dot added"},
      {kDotMoved, "dot-moved", p(3e-5), "dot moved"},
      {kDotAsComma, "dot-as-comma", p(2e-5), "comma for dot"},
      {kHyphenLost, "hyphen-lost", p(1e-4), "hyphen lost"},
      {kHyphenAdded, "hyphen-added", p(5e-6), "hyphen added"},
      {kConfusable, "confusable", p(5e-6), "{t} looks like {i}"},
      {kLabelLost, "label-lost", p(3e-3), "{i} lost in front"},
      {kSuffixSwap, "suffix-swap", p(1e-6), ".{t} for .{i}"},
  };
}

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

const std::vector<EditRow>& edit_rows() {
  static const std::vector<EditRow> rows = make_rows();
  return rows;
}

const EditRow& row_of(EditKind kind) {
  const EditRow& row = edit_rows()[static_cast<std::size_t>(kind)];
  assert(row.kind == kind);
  return row;
}

std::string describe(const Edit& edit) {
  std::string text(row_of(edit.kind).sentence);
  replace_all(text, "{i}", spell(edit.intended, edit.kind));
  replace_all(text, "{t}", spell(edit.typed, edit.kind));
  return text;
}

bool is_adjacent_key(char32_t a, char32_t b) {
  static const Adjacency beside = make_adjacency();
  return a < 128 && b < 128 && beside[a][b];
}

}  // namespace lostletter::lookalike
