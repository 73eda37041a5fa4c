// SPDX-License-Identifier: Apache-2.0
#include "scan/coincidence.h"

#include <algorithm>
#include <cmath>

#include "lookalike/distance.h"

namespace lostletter::scan {
namespace {

constexpr double kStep = 2;  // of log-odds

std::size_t number_of(Fate fate) { return static_cast<std::size_t>(fate); }

}  // namespace

Likeness likeness(std::string_view typed, std::string_view intended,
                  double probability) {
  const double p = std::clamp(probability, 0.5, 1 - 1e-9);
  const double steps = std::log(p / (1 - p)) / kStep;
  // No byte of a name is 0: is_within_slips() asks for it.
  const bool is_one = !typed.contains('\0') && !intended.contains('\0') &&
                      lookalike::is_within_slips(typed, intended, 1);
  return {is_one ? 0U : 1U, static_cast<std::uint32_t>(std::min(steps, 7.0))};
}

// Who got one letter may not have had to answer; who got five had.
std::size_t Coincidence::volume_of(std::uint32_t letters) {
  if (letters <= 1) return 0;
  return letters < 5 ? 1 : 2;
}

void Coincidence::add(Fate fate, std::uint32_t letters) {
  ++all_[volume_of(letters)][number_of(fate)];
}

void Coincidence::add_alike(Likeness alike, Fate fate, std::uint32_t letters) {
  ++alike_[alike.slips][alike.odds][volume_of(letters)][number_of(fate)];
}

double Coincidence::share(Likeness alike, Fate fate,
                          std::uint32_t letters) const {
  const std::size_t volume = volume_of(letters);
  const ByFate& all = all_[volume];
  const ByFate& these = alike_[alike.slips][alike.odds][volume];
  const double seen = these[number_of(fate)];
  const double answered = all[number_of(Fate::kAnswered)];
  if (seen == 0 || answered == 0) return 0;
  const double right =
      these[number_of(Fate::kAnswered)] * all[number_of(fate)] / answered;
  return std::min(1.0, right / seen);
}

}  // namespace lostletter::scan
