// SPDX-License-Identifier: Apache-2.0
//
// Entries of the site's lists: a domain, "*." and a domain (any depth, the
// domain itself included), or a whole address.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lostletter::guard {

class Pattern {
 public:
  // Domains may be given as U-labels; they are compared as A-labels.
  static Result<Pattern> parse(std::string_view text);

  // `address` as mail::Address::to_string() gives it, `domain` its domain.
  bool matches(std::string_view address, std::string_view domain) const;

  const std::string& text() const { return text_; }  // as written

 private:
  enum class Kind { kName, kBelow, kAddress };
  Pattern(Kind kind, std::string value, std::string_view text);

  Kind kind_;
  std::string value_;
  std::string text_;
};

// The first that matches, or nullptr.
const Pattern* find_match(const std::vector<Pattern>& patterns,
                          std::string_view address, std::string_view domain);

}  // namespace lostletter::guard
