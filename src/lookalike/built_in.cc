// SPDX-License-Identifier: Apache-2.0
//
// The lists of data/, compiled in: the names as an index that
// make_built_in.cc made while building (cmake/Lists.cmake), used where it lies,
// the suffixes as rows. For wasm32, where what is compiled in must be sent, the
// names alone, and the index is made at first use.
#include <cstddef>

#include "lookalike/engine.h"
#include "lookalike/packed_names.h"
#include "lookalike/suffixes.h"

#ifndef __wasm__

// LOSTLETTER_BUILT_IN_INDEX is the file's path, quoted.
asm(".pushsection .rodata\n"
    ".balign 64\n"
    "lostletter_built_in_begin:\n"
    ".incbin " LOSTLETTER_BUILT_IN_INDEX
    "\n"
    "lostletter_built_in_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const std::byte lostletter_built_in_begin[];
extern const std::byte lostletter_built_in_end[];
}

#endif

namespace lostletter::lookalike {

std::shared_ptr<const Index> built_in_index() {
#ifdef __wasm__
  static const auto kIndex = std::make_shared<const Index>(Index::build(
      unpack_names({data::kPackedNames, data::kPackedNamesSize},
                   {data::kPackedOrigins, data::kPackedOriginsSize})));
#else
  static const auto kIndex = [] {
    // Of the program's own making: there is nobody to tell of an error.
    auto index = Index::open(
        {lostletter_built_in_begin, lostletter_built_in_end}, nullptr);
    return std::make_shared<const Index>(std::move(index.value()));
  }();
#endif
  return kIndex;
}

std::vector<KnownName> built_in_names() {
  const auto index = built_in_index();
  std::vector<KnownName> names;
  names.reserve(index->size());
  for (std::uint32_t number = 0; number < index->size(); ++number) {
    for (KnownName& line :
         index->origins(number).lines(std::string(index->ascii(number)))) {
      names.push_back(std::move(line));
    }
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
