// SPDX-License-Identifier: Apache-2.0
//
// How well a recipient fits the others of a letter, by the person's last
// letters: those with much of the same company say it, the newer the more. The
// nearest neighbours of Carvalho & Cohen (ECIR 2008) by recipients alone,
// without any text; groups of recipients after Roth et al. (KDD 2010).
//
// A past letter is as much like this one as the company has members in common,
// of all members (Jaccard); where nobody else is in this letter, the fewer
// others the past one had, the more.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "guard/correspondence.h"

namespace lostletter::guard {

struct PastFit {
  double share = 0;    // of letters like this one, those that it was in
  double closest = 0;  // likeness of the likest one it was in, 0..1
  double letters = 0;  // in some way like this one, that it was in
};

struct PastFits {
  PastFit typed;
  double without = 0;  // likeness of the likest letter that it was not in
  PastFit rival;       // the most of each, over those who begin alike
  // The share of each of the letter's others, among the rest of it.
  std::vector<double> company;
};

// `together`: how many others are in the letter; of more than kMostCompanions
// nothing is known, as if they were not in it.
PastFits fit_past(std::span<const PastLetter> past, std::size_t together);

}  // namespace lostletter::guard
