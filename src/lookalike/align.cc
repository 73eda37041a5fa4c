// SPDX-License-Identifier: Apache-2.0
#include "lookalike/align.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "base/text.h"
#include "domain/skeleton.h"

namespace lostletter::lookalike {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

// A step of the alignment: how many characters of each name it takes.
struct Step {
  EditKind kind = EditKind::kSubstitution;
  std::size_t intended = 0;
  std::size_t typed = 0;
  bool match = false;
};

bool looks_alike(std::u32string_view a, std::u32string_view b) {
  return domain::skeleton(encode_utf8(a)) == domain::skeleton(encode_utf8(b));
}

// Letters that read as one another in most typefaces though Unicode, which
// looks at single characters, does not say so.
bool reads_alike(std::u32string_view a, std::u32string_view b) {
  constexpr std::array<std::array<std::u32string_view, 2>, 5> kPairs = {{
      {U"rn", U"m"},
      {U"vv", U"w"},
      {U"cl", U"d"},
      {U"0", U"o"},
      {U"1", U"l"},
  }};
  return std::ranges::any_of(kPairs, [&](const auto& pair) {
    return (a == pair[0] && b == pair[1]) || (a == pair[1] && b == pair[0]);
  });
}

EditKind substitution_kind(char32_t intended, char32_t typed) {
  using enum EditKind;
  if (intended == U'.' && typed == U',') return kDotAsComma;
  const std::u32string_view i(&intended, 1);
  const std::u32string_view t(&typed, 1);
  if (reads_alike(i, t)) return kConfusable;
  if (typed >= 128 || intended >= 128) {
    if (looks_alike(i, t)) return kConfusable;
  }
  return is_adjacent_key(intended, typed) ? kAdjacentKey : kSubstitution;
}

class Programme {
 public:
  Programme(const Shape& intended, std::u32string_view typed, std::size_t most)
      : intended_(intended),
        d_(intended.text),
        t_(typed),
        most_(most),
        width_(t_.size() + 1),
        cells_((d_.size() + 1) * width_ * (most + 1), kNever),
        steps_(cells_.size()) {}

  std::optional<Alignment> run() {
    at(0, 0, 0) = 0;
    for (std::size_t i = 0; i <= d_.size(); ++i) {
      const std::size_t first = i > most_ ? i - most_ : 0;
      const std::size_t last = std::min(t_.size(), i + most_);
      for (std::size_t j = first; j <= last; ++j) extend(i, j);
    }
    std::size_t best = 0;
    for (std::size_t k = 1; k <= most_; ++k) {
      if (at(d_.size(), t_.size(), k) > at(d_.size(), t_.size(), best)) {
        best = k;
      }
    }
    if (at(d_.size(), t_.size(), best) == kNever) return std::nullopt;
    return trace(best);
  }

 private:
  std::size_t index(std::size_t i, std::size_t j, std::size_t k) const {
    return (i * width_ + j) * (most_ + 1) + k;
  }
  double& at(std::size_t i, std::size_t j, std::size_t k) {
    return cells_[index(i, j, k)];
  }

  // Offers every step that leads on from (i, j).
  void extend(std::size_t i, std::size_t j) {
    const bool more_d = i < d_.size();
    const bool more_t = j < t_.size();
    if (more_d && more_t) {
      if (d_[i] == t_[j]) {
        offer(i, j, {.intended = 1, .typed = 1, .match = true});
      } else {
        offer(i, j, {substitution_kind(d_[i], t_[j]), 1, 1});
      }
      extend_pairs(i, j);
    }
    if (more_d) offer(i, j, {deletion_kind(i), 1, 0});
    if (more_t) offer(i, j, {insertion_kind(i, j), 0, 1});
  }

  void extend_pairs(std::size_t i, std::size_t j) {
    const bool two_d = i + 1 < d_.size();
    const bool two_t = j + 1 < t_.size();
    if (two_d && two_t && d_[i] == t_[j + 1] && d_[i + 1] == t_[j] &&
        d_[i] != d_[i + 1]) {
      const bool dot = d_[i] == U'.' || d_[i + 1] == U'.';
      offer(i, j, {dot ? EditKind::kDotMoved : EditKind::kTransposition, 2, 2});
    }
    if (two_d && reads_alike(d_.substr(i, 2), t_.substr(j, 1))) {
      offer(i, j, {EditKind::kConfusable, 2, 1});
    }
    if (two_t && reads_alike(d_.substr(i, 1), t_.substr(j, 2))) {
      offer(i, j, {EditKind::kConfusable, 1, 2});
    }
  }

  EditKind deletion_kind(std::size_t i) const {
    if (d_[i] == U'.') return EditKind::kDotLost;
    if (d_[i] == U'-') return EditKind::kHyphenLost;
    const bool twin = (i > 0 && d_[i - 1] == d_[i]) ||
                      (i + 1 < d_.size() && d_[i + 1] == d_[i]);
    return twin ? EditKind::kSingling : EditKind::kDeletion;
  }

  EditKind insertion_kind(std::size_t i, std::size_t j) const {
    if (t_[j] == U'.') return EditKind::kDotAdded;
    if (t_[j] == U'-') return EditKind::kHyphenAdded;
    const bool twin = (i > 0 && j > 0 && d_[i - 1] == t_[j]) ||
                      (i < d_.size() && d_[i] == t_[j]);
    return twin ? EditKind::kDoubling : EditKind::kInsertion;
  }

  double cost(std::size_t i, const Step& step, std::size_t edits) const {
    double log = row_of(step.kind).log_likelihood;
    if (i == 0) log += kFirstCharacter;
    if (edits > 0) log += kFurtherEdit;
    return log;
  }

  void offer(std::size_t i, std::size_t j, const Step& step) {
    const std::size_t to_i = i + step.intended;
    const std::size_t to_j = j + step.typed;
    for (std::size_t k = 0; k + (step.match ? 0 : 1) <= most_; ++k) {
      const double here = at(i, j, k);
      if (here == kNever) continue;
      const double there = here + (step.match ? 0 : cost(i, step, k));
      const std::size_t cell = index(to_i, to_j, k + (step.match ? 0 : 1));
      if (there > cells_[cell]) {
        cells_[cell] = there;
        steps_[cell] = step;
      }
    }
  }

  Alignment trace(std::size_t k) {
    std::size_t i = d_.size();
    std::size_t j = t_.size();
    Alignment found{at(i, j, k), {}};
    while (i > 0 || j > 0) {
      const Step step = steps_[index(i, j, k)];
      i -= step.intended;
      j -= step.typed;
      if (step.match) continue;
      --k;
      found.edits.push_back(
          {step.kind, i, std::u32string(d_.substr(i, step.intended)),
           std::u32string(t_.substr(j, step.typed)),
           i >= intended_.suffix && intended_.suffix < d_.size()});
    }
    std::ranges::reverse(found.edits);
    return found;
  }

  const Shape& intended_;
  std::u32string_view d_;
  std::u32string_view t_;
  std::size_t most_;
  std::size_t width_;
  std::vector<double> cells_;
  std::vector<Step> steps_;
};

}  // namespace

std::optional<Alignment> align(const Shape& intended, std::u32string_view typed,
                               std::size_t most) {
  const std::size_t a = intended.text.size();
  const std::size_t b = typed.size();
  if ((a > b ? a - b : b - a) > most) return std::nullopt;
  return Programme(intended, typed, most).run();
}

std::optional<Alignment> align_label_lost(const Shape& intended,
                                          std::u32string_view typed) {
  const auto dot = intended.text.find(U'.');
  if (dot == intended.text.npos || dot + 1 >= intended.suffix ||
      intended.text.substr(dot + 1) != typed) {
    return std::nullopt;
  }
  const Edit edit{EditKind::kLabelLost, 0,
                  std::u32string(intended.text.substr(0, dot)), U"", false};
  return Alignment{row_of(edit.kind).log_likelihood, {edit}};
}

std::optional<Alignment> align_suffix_swap(const Shape& intended,
                                           const Shape& typed) {
  const auto stem = intended.text.substr(0, intended.suffix);
  if (stem.size() < 2 || intended.suffix >= intended.text.size() ||
      typed.suffix >= typed.text.size() ||
      stem != typed.text.substr(0, typed.suffix) ||
      intended.text == typed.text) {
    return std::nullopt;
  }
  const Edit edit{EditKind::kSuffixSwap, intended.suffix,
                  std::u32string(intended.text.substr(intended.suffix)),
                  std::u32string(typed.text.substr(typed.suffix)), true};
  return Alignment{row_of(edit.kind).log_likelihood, {edit}};
}

}  // namespace lostletter::lookalike
