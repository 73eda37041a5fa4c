// SPDX-License-Identifier: Apache-2.0
#include "scan/passed.h"

#include <algorithm>

namespace lostletter::scan {

std::uint32_t earlier(std::uint32_t a, std::uint32_t b) {
  return a == 0 || b == 0 ? std::max(a, b) : std::min(a, b);
}

void Passed::add(const Passed& other) {
  letters += other.letters;
  delivered += other.delivered;
  bounced += other.bounced;
  clear += other.clear;
  forwarded += other.forwarded;
  first = earlier(first, other.first);
  last = std::max(last, other.last);
}

}  // namespace lostletter::scan
