// SPDX-License-Identifier: Apache-2.0
//
// The address checkers people use today, asked the same questions: a node
// process for each batch (peers.js).
#pragma once

#include <string>
#include <vector>

#include "table.h"

namespace lostletter::eval {

class Peers {
 public:
  // The script, or empty: nobody to compare with.
  explicit Peers(std::string script = "") : script_(std::move(script)) {}
  bool present() const { return !script_.empty(); }

  struct Answers {
    std::vector<std::string> names;                 // of the peers
    std::vector<std::vector<std::string>> written;  // [question][peer]
  };
  // What each would write instead of `asked`, with `known` added to its list.
  Answers ask(const std::vector<std::string>& known,
              const std::vector<std::string>& asked) const;

 private:
  std::string script_;
};

}  // namespace lostletter::eval
