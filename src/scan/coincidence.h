// SPDX-License-Identifier: Apache-2.0
//
// How often is a name almost a partner's name, and a name of its own? The logs
// tell: names that answered are right, however much they look like another.
// Where so many of those that look so much alike have answered, so many of the
// silent ones are right as well, because a known part of all names is silent:
//
//   right and silent = alike and answered * (silent : answered of all names)
//
// What is left of the silent ones are mistakes. Sites whose partners are all
// called alike are told fewer lies that way than by the engine alone, which
// knows the world's names only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace lostletter::scan {

enum class Fate { kAnswered, kSilent, kBounced };

// How much a name looks like the one that may be meant.
struct Likeness {
  std::uint32_t slips = 0;  // 0: one slip; 1: more
  std::uint32_t odds = 0;   // what the engine says of it, in steps
};
Likeness likeness(std::string_view typed, std::string_view intended,
                  double probability);

class Coincidence {
 public:
  // Of every name that got so many letters.
  void add(Fate fate, std::uint32_t letters);
  // Of those among them that look like another.
  void add_alike(Likeness alike, Fate fate, std::uint32_t letters);

  // Of such names the share that is right, 0 to 1.
  double share(Likeness alike, Fate fate, std::uint32_t letters) const;

 private:
  static constexpr std::size_t kFates = 3;
  static constexpr std::size_t kVolumes = 3;
  static constexpr std::size_t kSlips = 2;
  static constexpr std::size_t kOdds = 8;
  using ByFate = std::array<std::uint32_t, kFates>;

  static std::size_t volume_of(std::uint32_t letters);

  std::array<ByFate, kVolumes> all_ = {};
  std::array<std::array<std::array<ByFate, kVolumes>, kOdds>, kSlips> alike_ =
      {};
};

}  // namespace lostletter::scan
