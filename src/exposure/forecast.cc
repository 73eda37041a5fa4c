// SPDX-License-Identifier: Apache-2.0
#include "exposure/forecast.h"

#include <cmath>

namespace lostletter::exposure {
namespace {

// Of a standard normal distribution 95 % lie within so many deviations.
constexpr double kWithin = 1.96;

double square(double value) { return value * value; }

}  // namespace

Estimate estimate(std::span<const double> expected) {
  double sum = 0;
  double squares = 0;
  for (const double one : expected) {
    sum += one;
    squares += square(one);
  }
  if (sum <= 0) return {};
  // Each is its mean times two log-normal factors of mean one; the sum is
  // taken for log-normal too, with the variance it has (Fenton 1960).
  const double level = std::exp(square(kSpreadOfLevel));
  const double name = std::exp(square(kSpreadOfName)) - 1;
  const double variance =
      level * (1 + squares / square(sum) * name) - 1;  // over sum squared
  const double spread = std::sqrt(std::log(1 + variance));
  const double middle = std::log(sum) - square(spread) / 2;
  return {sum, std::exp(middle - kWithin * spread),
          std::exp(middle + kWithin * spread)};
}

Estimate estimate(double expected) { return estimate({&expected, 1}); }

}  // namespace lostletter::exposure
