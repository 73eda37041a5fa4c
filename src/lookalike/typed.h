// SPDX-License-Identifier: Apache-2.0
//
// What was typed behind the '@', made comparable: a name where it is one, and
// otherwise still text that may resemble one ("gmail,com").
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "lookalike/index_entry.h"

namespace lostletter::lookalike {

struct Typed {
  std::string ascii;       // lower-case A-labels, when it is a valid name
  std::size_t suffix = 0;  // where its public suffix begins in `ascii`
  bool is_name = false;    // it is
  bool possible = false;   // a valid name that mail could reach
  Entry entry;             // code points, suffix, skeleton

  std::string_view public_suffix() const {
    return std::string_view(ascii).substr(suffix);
  }
  // The labels in front of the registrable domain, with their last dot; empty
  // when there are none.
  std::string_view hosts() const;
};

// Nothing for what resembles no name: empty, longer than any, not UTF-8.
std::optional<Typed> read_typed(std::string_view text);

// Where the public suffix of a name begins, in code points of its U-labels.
std::size_t suffix_start(std::string_view ascii, std::u32string_view unicode);

}  // namespace lostletter::lookalike
