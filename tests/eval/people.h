// SPDX-License-Identifier: Apache-2.0
//
// Shares of what happened to many people's letters. Letters of one person
// resemble each other, so chance is that of having met these people: intervals
// are those of a bootstrap over them (Efron 1979), at 95 %.
#pragma once

#include <map>
#include <string>

#include "table.h"

namespace lostletter::eval {

struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
};

using ByPerson = std::map<std::string, Share>;

// Of all letters together; Wilson's interval where there are less than five
// people.
Estimate pooled(const ByPerson& shares);
// "87.1 % (82.0-91.3)"; "-" where there is nothing to share.
std::string to_string(const Estimate& share);
std::string to_string(const ByPerson& shares);

}  // namespace lostletter::eval
