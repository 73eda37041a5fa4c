// SPDX-License-Identifier: Apache-2.0
#include "slips.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "domain/suffix.h"
#include "lookalike/edit.h"

namespace lostletter::eval {
namespace {

struct Split {
  std::string_view stem;
  std::string_view suffix;
};

Split split_name(std::string_view name) {
  const auto suffix = domain::public_suffix(name).text;
  if (suffix.size() + 1 >= name.size()) return {{}, suffix};
  return {name.substr(0, name.size() - suffix.size() - 1), suffix};
}

std::string without(std::string_view text, std::string_view marks) {
  std::string kept;
  for (const char c : text) {
    if (marks.find(c) == marks.npos) kept += c;
  }
  return kept;
}

bool is_parent(std::string_view parent, std::string_view name) {
  return name.size() > parent.size() && name.ends_with(parent) &&
         name[name.size() - parent.size() - 1] == '.';
}

enum Kind : std::size_t {
  kMark,
  kLabel,
  kSuffix,
  kSuffixAndMore,
  kFirst,
  kSwap,
  kDeletion,
  kInsertion,
  kAdjacent,
  kOther,
  kTwo,
  kMore,
};

Kind one_edit(std::string_view typed, std::string_view intended) {
  if (typed.size() < intended.size()) return kDeletion;
  if (typed.size() > intended.size()) return kInsertion;
  const auto [t, i] = std::ranges::mismatch(typed, intended);
  const auto rest = static_cast<std::size_t>(typed.end() - t);
  if (rest > 1 && *t == *(i + 1) && *(t + 1) == *i) return kSwap;
  return lookalike::is_adjacent_key(static_cast<unsigned char>(*t),
                                    static_cast<unsigned char>(*i))
             ? kAdjacent
             : kOther;
}

Kind kind_of(std::string_view typed, std::string_view intended) {
  if (without(typed, ".-_") == without(intended, ".-_")) return kMark;
  if (is_parent(typed, intended) || is_parent(intended, typed)) return kLabel;
  const Split t = split_name(typed);
  const Split i = split_name(intended);
  if (t.stem == i.stem) return kSuffix;
  const int edits = distance(typed, intended);
  if (t.suffix != i.suffix && edits > 1) return kSuffixAndMore;
  if (edits == 1 && typed.front() != intended.front()) return kFirst;
  if (edits == 1) return one_edit(typed, intended);
  return edits == 2 ? kTwo : kMore;
}

std::uint64_t letters(std::string_view name) {
  std::uint64_t mask = 0;
  for (const char c : name) mask |= 1ULL << (static_cast<unsigned>(c) & 63U);
  return mask;
}

}  // namespace

int distance(std::string_view a, std::string_view b) {
  // Three rows suffice: a transposition looks two rows back.
  std::array<std::vector<int>, 3> rows;
  for (auto& row : rows) row.resize(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& now = rows[i % 3];
    const auto& one = rows[(i + 2) % 3];
    const auto& two = rows[(i + 1) % 3];
    now[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({one[j] + 1, now[j - 1] + 1,
                         one[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        now[j] = std::min(now[j], two[j - 2] + 1);
      }
    }
  }
  return rows[a.size() % 3][b.size()];
}

Nearest::Nearest(std::vector<std::string> names) : names_(std::move(names)) {
  masks_.reserve(names_.size());
  for (const auto& name : names_) masks_.push_back(letters(name));
}

Nearest::Place Nearest::place(const std::string& typed,
                              const std::string& intended) const {
  const int wanted = distance(typed, intended);
  const std::uint64_t mask = letters(typed);
  Place found = Place::kAlone;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    // An edit changes the set of letters by two at most.
    if (std::popcount(mask ^ masks_[i]) > 2 * wanted) continue;
    if (names_[i] == intended || names_[i] == typed) continue;
    const int other = distance(typed, names_[i]);
    if (other < wanted) return Place::kFarther;
    if (other == wanted) found = Place::kTied;
  }
  return found;
}

const std::vector<std::string>& slip_kinds() {
  static const std::vector<std::string> kinds = {
      "dot, hyphen or underscore only",
      "whole labels lost or added in front",
      "suffix only",
      "suffix and stem",
      "one edit: first character",
      "one edit: transposition",
      "one edit: deletion",
      "one edit: insertion",
      "one edit: adjacent key",
      "one edit: other substitution",
      "two edits",
      "three edits or more",
  };
  return kinds;
}

const std::string& slip_kind(const std::string& typed,
                             const std::string& intended) {
  return slip_kinds()[kind_of(typed, intended)];
}

}  // namespace lostletter::eval
