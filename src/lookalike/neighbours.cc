// SPDX-License-Identifier: Apache-2.0
#include "lookalike/neighbours.h"

#include <string_view>

namespace lostletter::lookalike {

std::set<std::u32string> neighbours(const std::u32string& name) {
  constexpr std::u32string_view kTyped =
      U"abcdefghijklmnopqrstuvwxyz0123456789-.,";
  std::set<std::u32string> all;
  const auto put = [&](std::size_t at, std::size_t length,
                       std::u32string_view by) {
    all.insert(name.substr(0, at) + std::u32string(by) +
               name.substr(at + length));
  };
  for (std::size_t i = 0; i <= name.size(); ++i) {
    for (std::size_t c = 0; c < kTyped.size(); ++c) {
      put(i, 0, kTyped.substr(c, 1));
      if (i < name.size()) put(i, 1, kTyped.substr(c, 1));
    }
    if (i < name.size()) put(i, 1, U"");
    if (i + 1 < name.size()) put(i, 2, std::u32string{name[i + 1], name[i]});
    if (name.substr(i, 2) == U"rn") put(i, 2, U"m");
    if (name.substr(i, 2) == U"cl") put(i, 2, U"d");
    if (name.substr(i, 2) == U"vv") put(i, 2, U"w");
    if (name.substr(i, 1) == U"m") put(i, 1, U"rn");
    if (name.substr(i, 1) == U"d") put(i, 1, U"cl");
    if (name.substr(i, 1) == U"w") put(i, 1, U"vv");
  }
  all.erase(name);
  return all;
}

}  // namespace lostletter::lookalike
