// SPDX-License-Identifier: Apache-2.0
//
// The lists of data/, compiled in (cmake/Lists.cmake).
#include "lookalike/engine.h"
#include "lookalike/lists.h"

namespace lostletter::lookalike {

std::vector<KnownName> built_in_names() {
  std::vector<KnownName> names;
  names.reserve(data::curated().size() + data::lists().size());
  for (const data::Row& row : data::curated()) {
    names.push_back({std::string(row.name), Source::kCurated,
                     static_cast<double>(row.tier)});
  }
  for (const data::Row& row : data::lists()) {
    names.push_back(
        {std::string(row.name), Source::kList, static_cast<double>(row.tier)});
  }
  return names;
}

Options built_in_options() {
  Options options;
  for (const data::SuffixRow& row : data::suffixes()) {
    auto& list = row.is_protected ? options.protected_suffixes
                                  : options.trusted_suffixes;
    list.emplace_back(row.suffix);
  }
  return options;
}

}  // namespace lostletter::lookalike
