// SPDX-License-Identifier: Apache-2.0
//
// Answers as the wasm32 module does (programs/wasm/answer.h), natively: reads
// names, one a line, writes for each the judgement, the judgement as if it were
// unknown, and what is read of the name.
#include <iostream>
#include <string>

#include "domain/name.h"
#include "lookalike/engine.h"
#include "programs/wasm/answer.h"

int main() {
  using namespace lostletter;
  using enum lookalike::Engine::Self;
  const lookalike::Engine engine({lookalike::built_in_index()},
                                 lookalike::built_in_options());
  wasm::Answer answer;
  for (std::string name; std::getline(std::cin, name);) {
    answer.clear();
    answer.put(engine.judge(name, kKnown));
    answer.put(engine.judge(name, kLeaveOut));
    answer.put(domain::Name::parse(name));
    std::cout << answer.bytes();
  }
  return std::cout.flush() ? 0 : 74;
}
