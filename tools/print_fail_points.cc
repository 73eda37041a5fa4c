// SPDX-License-Identifier: Apache-2.0
//
// Where LOSTLETTER_FAIL_AT can kill a process: "NAME<tab>MEANING", one a line.
#include <iostream>

#include "base/fail_point.h"

int main() {
  for (const auto& row : lostletter::fail_points()) {
    std::cout << row.name << '\t' << row.meaning << '\n';
  }
}
