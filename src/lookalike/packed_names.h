// SPDX-License-Identifier: Apache-2.0
//
// The built-in names where an index of megabytes is too much to send: packed by
// tools/pack_names, unpacked once, the index built on the spot (wasm32).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "lookalike/names.h"

namespace lostletter::lookalike {

// One byte of `origins` a name. REQUIRES: what tools/pack_names wrote.
std::vector<KnownName> unpack_names(std::span<const std::uint8_t> names,
                                    std::span<const std::uint8_t> origins);

namespace data {

extern const std::uint8_t kPackedNames[];
extern const std::size_t kPackedNamesSize;
extern const std::uint8_t kPackedOrigins[];
extern const std::size_t kPackedOriginsSize;

}  // namespace data
}  // namespace lostletter::lookalike
