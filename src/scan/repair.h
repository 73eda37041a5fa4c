// SPDX-License-Identifier: Apache-2.0
//
// What stops a leak: the one step that mends it, as a sentence.
#pragma once

#include <string>

namespace lostletter::scan {

struct Finding;

enum class RepairKind {
  kNone,         // it was mended already
  kAlias,        // an alias or forward leads astray
  kRefuse,       // many addresses of one wrong name: refuse the name
  kAsk,          // typed by hand: the guard asks
  kEntry,        // one sender repeats it: an address book, a script
  kSharedEntry,  // several do: a list that they share
};
RepairKind repair_kind(const Finding& finding);

// Empty when there is nothing to do.
std::string repair_of(const Finding& finding);

}  // namespace lostletter::scan
