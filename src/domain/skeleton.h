// SPDX-License-Identifier: Apache-2.0
//
// What looks alike (UTS 39). A skeleton is for comparing only: never shown,
// never stored as the name. Tables are generated at build time; ICU is their
// oracle in the tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lostletter::domain {

// UTS 39 section 4: NFD, each character's prototype, NFD. Equal for confusable
// strings. UTF-8 in (what does not decode is returned unchanged), UTF-8 out.
std::string skeleton(std::string_view utf8);

// More than one script in one label, Common and Inherited aside, and not one of
// the usual mixtures (Japanese, Korean, Chinese with Latin: UTS 39, "highly
// restrictive"). U-label, UTF-8.
bool is_mixed_script(std::string_view label);

// Every letter of the label belongs to one script that is not Latin, and the
// whole label is confusable with an all-ASCII one (Cyrillic "сосо").
bool is_whole_script_confusable(std::string_view label);

}  // namespace lostletter::domain
