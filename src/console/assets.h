// SPDX-License-Identifier: Apache-2.0
//
// The files of web/, compiled in by console/embed.cmake: the program is one
// file and needs none beside it.
#pragma once

#include <span>
#include <string_view>

namespace lostletter::console {

struct Asset {
  std::string_view path;  // "/style.css"; "/" is index.html
  std::string_view content_type;
  std::string_view bytes;
};
std::span<const Asset> assets();

}  // namespace lostletter::console
