// SPDX-License-Identifier: Apache-2.0
#include "lookalike/packed_names.h"

#include <string>
#include <string_view>

namespace lostletter::lookalike {
namespace {

constexpr std::uint8_t kBeginsName = 0x80;
constexpr std::uint8_t kCurated = 8;

// "com.example.mail" -> "mail.example.com"
std::string reverse_labels(std::string_view name) {
  std::string result;
  while (true) {
    const std::size_t dot = name.rfind('.');
    if (dot == name.npos) return result.append(name);
    result.append(name.substr(dot + 1)) += '.';
    name = name.substr(0, dot);
  }
}

}  // namespace

std::vector<KnownName> unpack_names(std::span<const std::uint8_t> names,
                                    std::span<const std::uint8_t> origins) {
  std::vector<KnownName> result;
  result.reserve(origins.size());
  std::string name;
  std::size_t at = 0;
  for (const std::uint8_t origin : origins) {
    name.resize(names[at++] - kBeginsName);
    while (at < names.size() && names[at] < kBeginsName) {
      name += static_cast<char>(names[at++]);
    }
    const bool curated = (origin & kCurated) != 0;
    result.push_back({reverse_labels(name),
                      curated ? Source::kCurated : Source::kList,
                      static_cast<double>(origin % kCurated)});
  }
  return result;
}

}  // namespace lostletter::lookalike
