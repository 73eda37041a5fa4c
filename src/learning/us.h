// SPDX-License-Identifier: Apache-2.0
//
// Who we are (guard/us.h), from the first letters that are heard.
#pragma once

#include <cstdint>

#include "archive/letter.h"
#include "base/result.h"
#include "guard/us.h"

namespace lostletter::learning {

using guard::Guess;
using guard::Us;

// Hears letters, at best of all sources, and says who it thinks we are.
class Guesser {
 public:
  void hear(const archive::Letter& letter);
  std::uint64_t heard() const { return sides_.letters; }

  // The error says to name our domains, and why.
  Result<Guess> guess() const { return guard::guess_us(sides_); }

 private:
  guard::Sides sides_;
};

}  // namespace lostletter::learning
