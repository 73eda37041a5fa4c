// SPDX-License-Identifier: Apache-2.0
#include "exposure/well_formed.h"

#include "domain/name.h"

namespace lostletter::exposure {

bool has_prefixed_label(std::string_view name) {
  return name.starts_with("xn--") || name.find(".xn--") != name.npos;
}

bool is_well_formed(std::string_view name) {
  if (name.size() > domain::kMostOctets) return false;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    if (i < name.size() && name[i] != '.') continue;
    const std::size_t length = i - start;
    if (length == 0 || length > 63 || name[start] == '-' || name[i - 1] == '-')
      return false;
    if (i == name.size()) break;
    start = i + 1;
  }
  return start > 0;
}

}  // namespace lostletter::exposure
