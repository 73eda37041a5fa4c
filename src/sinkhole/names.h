// SPDX-License-Identifier: Apache-2.0
//
// The wrong names one holds, and what each was meant to be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lostletter::sinkhole {

struct WrongName {
  std::string wrong;     // lower-case A-labels
  std::string intended;  // likewise
};

// What a recipient's domain turned out to be.
struct Match {
  std::string held;      // the wrong name that is held: "army.ml"
  std::string wrong;     // what was written to: "us.army.ml"
  std::string intended;  // and probably meant: "us.army.mil"
  std::string owner;     // of the intended: "army.mil"
};

class Names {
 public:
  // "army.ml=army.mil", each. The error names the entry.
  static Result<Names> parse(const std::vector<std::string>& texts);

  // The name itself and everything below it; the longest one held counts.
  // `domain` in lower-case A-labels.
  std::optional<Match> find(std::string_view domain) const;

  const std::vector<WrongName>& all() const { return names_; }

 private:
  std::vector<WrongName> names_;
};

}  // namespace lostletter::sinkhole
