// SPDX-License-Identifier: Apache-2.0
//
// Is a stated probability what happens? Of the names given 0.9, nine in ten
// should be mistakes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lostletter::eval {

struct Statement {
  double stated = 0;
  bool happened = false;
  double weight = 1;
};

struct Bin {
  double from = 0;
  double to = 0;
  std::size_t cases = 0;
  double weight = 0;
  double stated = 0;    // weighted mean
  double happened = 0;  // weighted share
};

// Finer towards 0 and 1, where verdicts are decided.
std::vector<Bin> reliability(const std::vector<Statement>& statements);

// The mean distance between stated and happened over the bins, weighted.
double calibration_error(const std::vector<Statement>& statements);

// Of the error, over as many samples drawn with replacement: 95 %.
std::pair<double, double> bootstrap_error(
    const std::vector<Statement>& statements, int samples, std::uint64_t seed);

}  // namespace lostletter::eval
