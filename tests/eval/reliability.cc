// SPDX-License-Identifier: Apache-2.0
#include "reliability.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "data.h"

namespace lostletter::eval {
namespace {

constexpr std::array kEdges = {0.0, 0.01, 0.1,  0.3,  0.5,   0.7,
                               0.8, 0.9,  0.95, 0.99, 0.999, 1.0};
constexpr std::size_t kBins = kEdges.size() - 1;

struct Sums {
  std::size_t cases = 0;
  double weight = 0;
  double stated = 0;
  double happened = 0;
  void add(const Statement& one) {
    ++cases;
    weight += one.weight;
    stated += one.weight * one.stated;
    happened += one.happened ? one.weight : 0;
  }
};

std::size_t bin_of(double stated) {
  const auto above = std::ranges::upper_bound(kEdges, stated);
  const auto at = static_cast<std::size_t>(above - kEdges.begin());
  return std::clamp<std::size_t>(at, 1, kBins) - 1;
}

double error_of(const std::array<Sums, kBins>& sums) {
  double error = 0;
  double weight = 0;
  for (const Sums& sum : sums) {
    error += std::abs(sum.stated - sum.happened);
    weight += sum.weight;
  }
  return weight > 0 ? error / weight : 0;
}

}  // namespace

std::vector<Bin> reliability(const std::vector<Statement>& statements) {
  std::array<Sums, kBins> sums;
  for (const Statement& one : statements) sums[bin_of(one.stated)].add(one);
  std::vector<Bin> bins;
  for (std::size_t i = 0; i < kBins; ++i) {
    const double weight = sums[i].weight;
    bins.push_back({kEdges[i], kEdges[i + 1], sums[i].cases, weight,
                    weight > 0 ? sums[i].stated / weight : 0,
                    weight > 0 ? sums[i].happened / weight : 0});
  }
  return bins;
}

double calibration_error(const std::vector<Statement>& statements) {
  std::array<Sums, kBins> sums;
  for (const Statement& one : statements) sums[bin_of(one.stated)].add(one);
  return error_of(sums);
}

std::pair<double, double> bootstrap_error(
    const std::vector<Statement>& statements, int samples, std::uint64_t seed) {
  if (statements.empty()) return {0, 0};
  std::vector<std::size_t> bins;
  bins.reserve(statements.size());
  for (const Statement& one : statements) bins.push_back(bin_of(one.stated));
  Random random(seed);
  std::vector<double> errors;
  errors.reserve(static_cast<std::size_t>(samples));
  for (int s = 0; s < samples; ++s) {
    std::array<Sums, kBins> sums;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      const std::size_t at = random.below(statements.size());
      sums[bins[at]].add(statements[at]);
    }
    errors.push_back(error_of(sums));
  }
  std::ranges::sort(errors);
  const auto at = [&](double share) {
    return errors[static_cast<std::size_t>(
        share * static_cast<double>(errors.size() - 1))];
  };
  return {at(0.025), at(0.975)};
}

}  // namespace lostletter::eval
