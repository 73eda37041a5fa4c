// SPDX-License-Identifier: Apache-2.0
//
// Where a reading stands, as one word that a store can keep.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "archive/lines.h"
#include "base/clock.h"

namespace lostletter::archive {

struct Position {
  Mark mark;         // of a file
  Seconds at{};      // of its last log line: year-less dates go on from it
  std::string name;  // of a Maildir's last message, without its flags

  bool operator==(const Position&) const = default;
};

std::string to_string(const Position& position);
// Nothing: not ours, or of another version.
std::optional<Position> parse_position(std::string_view text);

}  // namespace lostletter::archive
