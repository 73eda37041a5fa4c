// SPDX-License-Identifier: Apache-2.0
#include "guard/past_fit.h"

#include <algorithm>
#include <array>
#include <bit>

namespace lostletter::guard {
namespace {

constexpr double kFading = 0.95;  // a letter, to the one after it
constexpr double kLeast = 0.02;   // of a letter's weight, however long ago
// Taken for granted: a share of a few letters says less.
constexpr double kBefore = 0.005;
constexpr double kOfBefore = 0.02;

// The company of somebody, `together` of this letter and `others` of a past
// one, with so many in common.
double likeness(std::size_t together, std::uint32_t others, int common) {
  if (together == 0) return 1 / (1.0 + others);
  return common / (static_cast<double>(together) + others - common);
}

// Sums for one address over all past letters.
struct Sums {
  double with = 0;
  double all = 0;
  double closest = 0;
  double without = 0;
  double letters = 0;

  // A past letter; `common` to this one, not counting the address itself.
  void add(const PastLetter& letter, std::size_t together, int common,
           bool was_in, double weight) {
    const double alike =
        likeness(together, letter.recipients - (was_in ? 1 : 0), common);
    all += alike * weight;
    if (!was_in) {
      without = std::max(without, alike);
      return;
    }
    with += alike * weight;
    closest = std::max(closest, alike);
    letters += alike > 0 ? 1 : 0;
  }
  double share() const { return (with + kBefore) / (all + kOfBefore); }
  PastFit fit() const { return {share(), closest, letters}; }
};

// Of all in question at once.
class Fits {
 public:
  explicit Fits(std::size_t together)
      : together_(std::min(together, kMostCompanions)) {}

  void add(const PastLetter& letter, double weight) {
    const int common = std::popcount(letter.members);
    for (std::size_t i = 0; i <= together_; ++i) {
      const bool was_in = (letter.members >> i & 1) != 0;
      members_[i].add(letter, together_, common - (was_in ? 1 : 0), was_in,
                      weight);
    }
    // A rival stands in the place of the address in question.
    const int others = std::popcount(letter.members >> 1);
    for (std::uint64_t left = alike_; left != 0; left &= left - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(left));
      rivals_[i].add(letter, together_, others, (letter.alike >> i & 1) != 0,
                     weight);
    }
  }
  // Bits of all that begin alike.
  void expect(std::uint64_t alike) { alike_ |= alike; }

  PastFits take() const {
    PastFits fits;
    fits.typed = members_[0].fit();
    fits.without = members_[0].without;
    for (std::size_t i = 1; i <= together_; ++i) {
      fits.company.push_back(members_[i].share());
    }
    for (std::uint64_t left = alike_; left != 0; left &= left - 1) {
      const PastFit one =
          rivals_[static_cast<std::size_t>(std::countr_zero(left))].fit();
      fits.rival.share = std::max(fits.rival.share, one.share);
      fits.rival.closest = std::max(fits.rival.closest, one.closest);
      fits.rival.letters = std::max(fits.rival.letters, one.letters);
    }
    return fits;
  }

 private:
  const std::size_t together_;
  std::uint64_t alike_ = 0;
  std::array<Sums, kMostCompanions + 1> members_{};
  std::array<Sums, 64> rivals_{};
};

}  // namespace

PastFits fit_past(std::span<const PastLetter> past, std::size_t together) {
  Fits fits(together);
  for (const PastLetter& letter : past) fits.expect(letter.alike);
  double fading = 1;
  for (const PastLetter& letter : past) {
    fits.add(letter, fading + kLeast);
    fading *= kFading;
  }
  return fits.take();
}

}  // namespace lostletter::guard
