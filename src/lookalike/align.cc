// SPDX-License-Identifier: Apache-2.0
#include "lookalike/align.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "base/text.h"
#include "lookalike/prior.h"
#include "lookalike/step.h"

namespace lostletter::lookalike {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

// A step of the alignment: how many characters of each name it takes.
struct Step {
  EditKind kind = EditKind::kSubstitution;
  std::uint8_t intended = 0;
  std::uint8_t typed = 0;
  bool match = false;
};

// Only a band of diagonals is of use: each slip moves by one at most, and both
// the way there and the way back to the end's take slips.
class Programme {
 public:
  // REQUIRES: the lengths differ by `most` at most.
  Programme(const Channel& channel, const Shape& intended,
            std::u32string_view typed, std::size_t most)
      : channel_(channel),
        intended_(intended),
        d_(intended.text),
        t_(typed),
        most_(most),
        slack_((most - least_from(0, 0)) / 2),
        below_(slack_ + (d_.size() > t_.size() ? d_.size() - t_.size() : 0)),
        above_(slack_ + (t_.size() > d_.size() ? t_.size() - d_.size() : 0)),
        cells_((d_.size() + 1) * (below_ + 1 + above_) * (most + 1)) {}

  std::optional<Alignment> run() {
    at(0, 0, 0).log = 0;
    for (std::size_t i = 0; i <= d_.size(); ++i) {
      const std::size_t first = i > below_ ? i - below_ : 0;
      const std::size_t last = std::min(t_.size(), i + above_);
      for (std::size_t j = first; j <= last; ++j) extend(i, j);
    }
    std::size_t best = 0;
    for (std::size_t k = 1; k <= most_; ++k) {
      if (at(d_.size(), t_.size(), k).log >
          at(d_.size(), t_.size(), best).log) {
        best = k;
      }
    }
    if (at(d_.size(), t_.size(), best).log == kNever) return std::nullopt;
    return trace(best);
  }

 private:
  // The likeliest way to (i, j) with k slips, and the last step of it.
  struct Cell {
    double log = kNever;
    Step step;
  };

  Cell& at(std::size_t i, std::size_t j, std::size_t k) {
    const std::size_t row = i * (below_ + 1 + above_);
    return cells_[(row + (j + below_ - i)) * (most_ + 1) + k];
  }
  bool has(std::size_t i, std::size_t j) const {
    return i <= j + below_ && j <= i + above_;
  }

  // The slips that are needed at least from (i, j) to the end.
  std::size_t least_from(std::size_t i, std::size_t j) const {
    const std::size_t down = t_.size() + i;
    const std::size_t across = d_.size() + j;
    return down > across ? down - across : across - down;
  }

  // May a way that leads to the end be at (i, j) after at most `most` slips?
  bool is_alive(std::size_t i, std::size_t j, std::size_t most) {
    const Cell* const cells = &at(i, j, 0);
    for (std::size_t k = 0; k <= most; ++k) {
      if (cells[k].log != kNever) return true;
    }
    return false;
  }

  // Offers every step that leads on from (i, j).
  void extend(std::size_t i, std::size_t j) {
    const bool more_d = i < d_.size();
    const bool more_t = j < t_.size();
    const bool match = more_d && more_t && d_[i] == t_[j];
    if (match) offer(i, j, {.intended = 1, .typed = 1, .match = true});
    if (most_ == 0 || !is_alive(i, j, most_ - 1)) return;
    if (more_d && more_t) {
      if (!match) offer(i, j, {substitution_kind(d_[i], t_[j]), 1, 1});
      extend_pairs(i, j);
    }
    if (more_d) offer(i, j, {deletion_kind(d_, i), 1, 0});
    if (more_t) offer(i, j, {insertion_kind(d_, i, t_[j], j > 0), 0, 1});
  }

  void extend_pairs(std::size_t i, std::size_t j) {
    const bool two_d = i + 1 < d_.size();
    const bool two_t = j + 1 < t_.size();
    if (two_d && two_t && d_[i] == t_[j + 1] && d_[i + 1] == t_[j] &&
        d_[i] != d_[i + 1]) {
      offer(i, j, {transposition_kind(d_, i), 2, 2});
    }
    if (two_d && reads_as_pair(t_[j]) &&
        reads_alike(d_.substr(i, 2), t_.substr(j, 1))) {
      offer(i, j, {EditKind::kConfusable, 2, 1});
    }
    if (two_t && reads_as_pair(d_[i]) &&
        reads_alike(d_.substr(i, 1), t_.substr(j, 2))) {
      offer(i, j, {EditKind::kConfusable, 1, 2});
    }
  }

  double cost(std::size_t i, const Step& step) const {
    if (step.match) return 0;
    return channel_.log_likelihood(step.kind,
                                   place_of(intended_, i, step.intended));
  }

  void offer(std::size_t i, std::size_t j, const Step& step) {
    const std::size_t to_i = i + step.intended;
    const std::size_t to_j = j + step.typed;
    const std::size_t slips = step.match ? 0 : 1;
    const std::size_t needed = slips + least_from(to_i, to_j);
    if (!has(to_i, to_j) || needed > most_) return;
    const double first = cost(i, step);
    const double further = step.match ? 0 : first + channel_.further_edit();
    const Cell* const here = &at(i, j, 0);
    Cell* const there = &at(to_i, to_j, slips);
    for (std::size_t k = 0; k + needed <= most_; ++k) {
      const double log = here[k].log + (k > 0 ? further : first);
      if (log > there[k].log) there[k] = {log, step};
    }
  }

  Alignment trace(std::size_t k) {
    std::size_t i = d_.size();
    std::size_t j = t_.size();
    Alignment found{at(i, j, k).log, {}};
    found.edits.reserve(k);
    while (i > 0 || j > 0) {
      const Step step = at(i, j, k).step;
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

  const Channel& channel_;
  const Shape& intended_;
  std::u32string_view d_;
  std::u32string_view t_;
  std::size_t most_;
  std::size_t slack_;  // diagonals beyond those between start and end
  std::size_t below_;  // diagonals on either side of the start's
  std::size_t above_;
  std::vector<Cell> cells_;
};

// "com" of "gmail.com"; the labels behind the stem.
std::u32string_view suffix_of(const Shape& shape) {
  return shape.suffix < shape.text.size() ? shape.text.substr(shape.suffix)
                                          : std::u32string_view();
}

Alignment one_edit(const Channel& channel, const Shape& intended, Edit edit) {
  const double log =
      channel.log_likelihood(edit.kind, place_of_edit(intended, edit));
  return {log, {std::move(edit)}};
}

bool is_glued_word(std::u32string_view text) {
  return std::ranges::any_of(kGluedWords, [&](std::string_view word) {
    return std::ranges::equal(word, text, {},
                              [](char c) { return static_cast<char32_t>(c); });
  });
}

EditKind suffix_kind(std::u32string_view intended, std::u32string_view typed) {
  if (typed.empty()) return EditKind::kSuffixLost;
  const auto ends_with_label = [](std::u32string_view whole,
                                  std::u32string_view end) {
    return whole.size() > end.size() + 1 && whole.ends_with(end) &&
           whole[whole.size() - end.size() - 1] == U'.';
  };
  if (ends_with_label(intended, typed)) return EditKind::kSuffixLabelLost;
  if (typed.size() > intended.size() + 1 && typed.starts_with(intended) &&
      typed[intended.size()] == U'.') {
    return EditKind::kSuffixLabelAdded;
  }
  return EditKind::kSuffixSwap;
}

}  // namespace

double log_suffix_choice(std::u32string_view intended,
                         std::u32string_view typed) {
  constexpr double kSibling = 0.2;
  constexpr double kLeast = 1e-6;
  const auto i = intended.rfind(U'.');
  const auto t = typed.rfind(U'.');
  if (i != intended.npos && t != typed.npos &&
      intended.substr(i) == typed.substr(t)) {
    return std::log(kSibling);
  }
  return std::log(std::max(kLeast, unknown_share(encode_utf8(typed))));
}

EditPlace place_of_edit(const Shape& intended, const Edit& edit) {
  switch (edit.kind) {
    case EditKind::kWordAdded:
      return edit.at == 0 ? EditPlace::kFirst : EditPlace::kLabelEnd;
    case EditKind::kLabelLost:
      return EditPlace::kFirst;
    default:
      return is_whole(edit.kind)
                 ? EditPlace::kSuffix
                 : place_of(intended, edit.at, edit.intended.size());
  }
}

EditPlace place_of(const Shape& intended, std::size_t at, std::size_t length) {
  if (at == 0) return EditPlace::kFirst;
  // The dot in front of the suffix belongs to it.
  if (at + 1 >= intended.suffix && intended.suffix > 0)
    return EditPlace::kSuffix;
  const std::size_t next = at + length;
  const bool ends = next >= intended.text.size() || intended.text[next] == U'.';
  return ends ? EditPlace::kLabelEnd : EditPlace::kInside;
}

std::optional<Alignment> align(const Channel& channel, const Shape& intended,
                               std::u32string_view typed, std::size_t most) {
  const std::size_t a = intended.text.size();
  const std::size_t b = typed.size();
  if ((a > b ? a - b : b - a) > most) return std::nullopt;
  return Programme(channel, intended, typed, most).run();
}

std::optional<Alignment> align_label_lost(const Channel& channel,
                                          const Shape& intended,
                                          std::u32string_view typed) {
  const auto dot = intended.text.find(U'.');
  if (dot == intended.text.npos || dot + 1 >= intended.suffix ||
      intended.text.substr(dot + 1) != typed) {
    return std::nullopt;
  }
  return one_edit(channel, intended,
                  {EditKind::kLabelLost, 0,
                   std::u32string(intended.text.substr(0, dot)), U"", false});
}

std::optional<Alignment> align_suffix(const Channel& channel,
                                      const Shape& intended,
                                      std::u32string_view typed) {
  const auto suffix = suffix_of(intended);
  if (intended.suffix < 2 || suffix.empty() || intended.text == typed) {
    return std::nullopt;
  }
  const auto stem = intended.text.substr(0, intended.suffix);  // "gmail."
  std::u32string_view rest;
  if (typed.starts_with(stem)) {
    rest = typed.substr(stem.size());
  } else if (typed != stem.substr(0, stem.size() - 1)) {
    return std::nullopt;
  }
  auto found = one_edit(channel, intended,
                        {suffix_kind(suffix, rest), intended.suffix,
                         std::u32string(suffix), std::u32string(rest), true});
  const EditKind kind = found.edits.front().kind;
  if (kind == EditKind::kSuffixSwap || kind == EditKind::kSuffixLabelAdded) {
    found.log_likelihood += log_suffix_choice(suffix, rest);
  }
  return found;
}

std::optional<Alignment> align_word_added(const Channel& channel,
                                          const Shape& intended,
                                          std::u32string_view typed) {
  if (typed.size() <= intended.text.size()) return std::nullopt;
  const std::size_t length = typed.size() - intended.text.size();
  // In front of the name, or behind its stem.
  const std::size_t end = intended.suffix > 0 ? intended.suffix - 1 : 0;
  for (const std::size_t at : {std::size_t{0}, end}) {
    const auto word = typed.substr(at, length);
    if (!is_glued_word(word) ||
        typed.substr(0, at) != intended.text.substr(0, at) ||
        typed.substr(at + length) != intended.text.substr(at)) {
      continue;
    }
    return one_edit(
        channel, intended,
        {EditKind::kWordAdded, at, U"", std::u32string(word), false});
  }
  return std::nullopt;
}

std::optional<Alignment> explain(const Channel& channel, const Shape& intended,
                                 std::u32string_view typed, std::size_t most) {
  auto best = align(channel, intended, typed, most);
  for (auto&& other : {align_label_lost(channel, intended, typed),
                       align_suffix(channel, intended, typed),
                       align_word_added(channel, intended, typed)}) {
    if (other && (!best || other->log_likelihood > best->log_likelihood)) {
      best = other;
    }
  }
  return best;
}

}  // namespace lostletter::lookalike
