// SPDX-License-Identifier: Apache-2.0
//
// How many letters a year end at a wrong name: those written, times how easily
// they go there, times whether they are taken there. And how far that may be
// from the truth.
//
// The spread was measured on what Szurdi and Christin published ("Email
// Typosquatting", IMC 2017). Their estimate for 1,211 names, 846,219 letters a
// year, has a 95 % interval of 58,460 to 4,039,500: that is the doubt about the
// whole. How unevenly letters fall on single names the counts of their own
// names show, beside what our channel says of the same slips (the table is in
// forecast_test.cc): a factor of about nine each way, one standard deviation.
#pragma once

#include <span>

namespace lostletter::exposure {

// Letters a year: the mean, and the ends of a 95 % interval. Much is right of
// the mean's left: most names get nothing, a few get it all.
struct Estimate {
  double mean = 0;
  double low = 0;
  double high = 0;
};

// Of the natural logarithm, about the whole and about one name.
inline constexpr double kSpreadOfLevel = 1.08;
inline constexpr double kSpreadOfName = 2.16;

// What is expected at each of several names, together. The doubt about the
// whole is the same for all of them, the other one averages out.
Estimate estimate(std::span<const double> expected);
Estimate estimate(double expected);

// Of registered typo names whose mail service nobody could make out, so many
// supported SMTP (the same paper: 43.3 % of all did; 34.4 % were unknown).
inline constexpr double kUnknownTakesMail = 0.433;

}  // namespace lostletter::exposure
