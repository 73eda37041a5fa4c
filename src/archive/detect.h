// SPDX-License-Identifier: Apache-2.0
//
// What kind of thing a file is, by its first bytes.
#pragma once

#include <optional>
#include <string_view>

#include "archive/read.h"

namespace lostletter::archive {

// `head`: the first 64 KiB of the unpacked content, or all of it.
std::optional<Kind> detect(std::string_view head);

}  // namespace lostletter::archive
