// SPDX-License-Identifier: Apache-2.0
//
// Every single slip of the hand or eye that can happen to a name, with what the
// engine's channel says of it. lookalike::align() weighs a typed name by just
// these steps; here they are made instead of recognised.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "exposure/letters.h"
#include "exposure/text_hash.h"
#include "lookalike/align.h"
#include "lookalike/channel.h"
#include "lookalike/edit.h"

namespace lostletter::exposure {

struct Slip {
  std::uint16_t at = 0;         // in the intended name
  std::uint8_t taken = 0;       // so many of its characters: 0 to 2
  std::uint8_t given = 0;       // so many stand in their place: 0 to 2
  std::array<char, 2> typed{};  // these (letters.h)
  lookalike::EditKind kind = lookalike::EditKind::kSubstitution;
  bool one_edit = false;  // by itself an edit of one character
  // In the last label, which is then no top-level domain any more.
  bool ends_top_level = false;
  // Whatever other plain slip happens besides, labels stay well-formed ones, as
  // many as they were.
  bool plain = false;
  double probability = 0;  // P(this very slip | intended)
  TextHash hash;           // of the name with this slip only

  std::string_view text() const { return {typed.data(), given}; }
  std::size_t end() const { return std::size_t{at} + taken; }
};

// What people type in names: letters, digits, hyphen, dot.
inline constexpr std::string_view kTypeable =
    "abcdefghijklmnopqrstuvwxyz0123456789-.";

// Likeliest first. What does not fit into `letters` is left out.
std::vector<Slip> slips_of(const lookalike::Channel& channel,
                           const lookalike::Shape& intended, Letters& letters);

}  // namespace lostletter::exposure
