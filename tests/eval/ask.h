// SPDX-License-Identifier: Apache-2.0
//
// One question to the engine and what counts of its answer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lookalike/channel.h"
#include "lookalike/engine.h"

namespace lostletter::eval {

struct Answer {
  double probability = 0;    // that the name is a mistake
  std::string first;         // the best intended name; empty when there is none
  double share = 0;          // of the first among all intended
  bool misdirected = false;  // what guard/assess.cc would call it
  bool doubtful = false;     // likewise
};

Answer ask(const lookalike::Engine& engine, const std::string& typed,
           lookalike::Engine::Self self = lookalike::Engine::Self::kKnown);

std::vector<std::string> shipped_names();

using ChannelPtr = std::shared_ptr<const lookalike::Channel>;
// From a file of tools/learn_channel.
ChannelPtr load_channel(const std::string& path);

// The names shipped and `known` ones beside them; no channel means the one
// shipped.
std::unique_ptr<const lookalike::Engine> make_engine(
    const std::vector<std::string>& known, ChannelPtr channel = nullptr);

}  // namespace lostletter::eval
