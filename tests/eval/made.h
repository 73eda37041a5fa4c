// SPDX-License-Identifier: Apache-2.0
//
// Slips made to measure, for what no list of observed ones has enough of: two
// at once. Kinds are drawn as often as people make them, places evenly.
#pragma once

#include <string>
#include <vector>

#include "data.h"

namespace lostletter::eval {

struct Combination {
  std::string name;
  // What becomes of a name; empty where the combination cannot be had.
  std::string (*make)(const std::string& name, Random& random);
};
const std::vector<Combination>& combinations();

// One slip, anywhere in it.
std::string mistype(std::string text, Random& random);
// One slip in front of the public suffix.
std::string slip(const std::string& name, Random& random);

}  // namespace lostletter::eval
