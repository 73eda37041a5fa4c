// SPDX-License-Identifier: Apache-2.0
#include "store/past_letters.h"

#include <algorithm>

#include "store/learning.h"

namespace lostletter::store {

PastLetters::PastLetters(std::int64_t typed,
                         const std::vector<std::int64_t>& together,
                         const std::vector<std::int64_t>& alike) {
  constexpr std::size_t kBits = 64;
  note({.number = typed, .member = 1});
  for (std::size_t i = 0; i < std::min(together.size(), guard::kMostCompanions);
       ++i) {
    note({.number = together[i], .member = std::uint32_t{2} << i});
  }
  for (std::size_t i = 0; i < std::min(alike.size(), kBits); ++i) {
    note({.number = alike[i], .alike = std::uint64_t{1} << i});
  }
  std::ranges::sort(known_, {}, &Known::number);
}

// The first role counts: who is in the letter is not meant instead.
void PastLetters::note(const Known& one) {
  const bool fresh =
      std::ranges::find(known_, one.number, &Known::number) == known_.end();
  if (one.number != 0 && fresh) known_.push_back(one);
}

bool PastLetters::add(std::int64_t letter, std::int64_t recipient) {
  if (letter_ != letter) close();
  if (letters_.size() == guard::kMostPast) return false;
  letter_ = letter;
  ++rows_;
  ++open_.recipients;
  const auto found =
      std::ranges::lower_bound(known_, recipient, {}, &Known::number);
  if (found == known_.end() || found->number != recipient) return true;
  open_.members |= found->member;
  open_.alike |= found->alike;
  return true;
}

// A circular says nothing of who belongs together.
void PastLetters::close() {
  if (letter_ && open_.recipients <= kMostTogether) letters_.push_back(open_);
  open_ = {};
  letter_.reset();
}

// The last letter may have more recipients than there were rows for.
std::vector<guard::PastLetter> PastLetters::finish() && {
  if (rows_ < kMostPastRows) close();
  return std::move(letters_);
}

}  // namespace lostletter::store
