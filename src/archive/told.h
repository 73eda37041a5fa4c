// SPDX-License-Identifier: Apache-2.0
//
// What one row of a mail service's export tells of a letter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/columns.h"
#include "archive/letter.h"

namespace lostletter::archive {

struct Told {
  std::string key;   // of the letter, as UnderWay has it
  std::string host;  // the part of it before '/'
  bool may_begin = false;
  Seconds began{};  // the letter; 0: not told
  Seconds at{};     // this
  // What it tells of the letter. Of recipients it tells outcomes; only if
  // `typed` is not empty, that they are whom that one leads to.
  Letter letter;
  std::string typed;
};

// What a row tells when its dates were read: into `told`, or the reason
// (reasons.h) why it tells nothing. `kNothing`: that is no trouble.
inline constexpr std::string_view kNothing = "nothing";
std::string_view read_row(const Columns& columns,
                          const std::vector<std::string_view>& cells,
                          Told& told);

// As bytes, and back.
std::string to_bytes(const Told& told);
std::optional<Told> told_in(std::string_view bytes);

}  // namespace lostletter::archive
