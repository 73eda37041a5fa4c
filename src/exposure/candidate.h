// SPDX-License-Identifier: Apache-2.0
//
// The words of an exposure: a name that letters are meant for, and the wrong
// names that its writers may type instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/name.h"

namespace lostletter::exposure {

// A name that is written to: the one asked about, or a sub-domain of it.
struct Target {
  domain::Name name;
  double share = 1;  // of the letters to all targets; they add up to 1
};

// Who can take letters at a wrong name.
enum class Holder : std::uint8_t {
  kAnyone,      // whoever registers it
  kRestricted,  // only whom a closed registry (edu, gov) admits
  kNobody,      // nobody: a public suffix, a label reserved by RFC 5890
  kOwner,       // it lies below the name's own registrable domain
};

std::string_view to_string(Holder holder);

// Without holes: there are millions.
struct Candidate {
  std::string name;        // lower-case A-labels
  std::uint32_t of = 0;    // the target it is likeliest meant for
  bool neighbour = false;  // one edit of one character from a target
  Holder holder = Holder::kAnyone;
  double probability = 0;  // P(typed | that target), as the channel has it
  // P(a letter to any of the targets is written to it): over all targets, by
  // their shares.
  double weight = 0;
};

// Who could hold names, when `name` is written to, which outlives it.
class Holders {
 public:
  explicit Holders(std::string_view name);
  Holder of(std::string_view candidate) const;

 private:
  std::string_view own_;  // what the owner of the name has registered
};

// What its holder would have registered: the suffix that a registry delegates
// under and one label more. The name itself where there is no such thing.
std::string_view registered_part(std::string_view candidate);

}  // namespace lostletter::exposure
