// SPDX-License-Identifier: Apache-2.0
//
// The words and marks of an address list (RFC 5322 3.2). Comments and folding
// are dropped; what is never closed is an ordinary byte, so that one missing
// quote does not swallow the rest of the list.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lostletter::mail {

struct Token {
  enum class Kind {
    kWord,     // an atom, or bytes that are nothing else
    kQuoted,   // "..." with its quotes
    kLiteral,  // [...] with its brackets
    kMark,     // one of <>@,;:.
  };
  Kind kind;
  bool spaced;  // white space or a comment stands before it
  std::size_t begin;
  std::string_view text;

  bool is(char mark) const { return kind == Kind::kMark && text[0] == mark; }
};

struct Tokens {
  std::vector<Token> tokens;
  std::vector<Error> errors;  // what is never closed
};

// Of text[begin, end). Linear in its length, whatever it holds. The views live
// as long as `text`'s bytes.
Tokens tokenize(std::string_view text, std::size_t begin, std::size_t end);

}  // namespace lostletter::mail
