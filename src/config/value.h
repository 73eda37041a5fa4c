// SPDX-License-Identifier: Apache-2.0
//
// A configuration file as values that know their line. TOML (toml.io, version
// 1.0) is read in value.cc and nowhere else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lostletter::config {

struct Entry;
struct Value;
using List = std::vector<Value>;
using Table = std::vector<Entry>;  // in the order of the file
struct DateOrTime {};              // TOML has them, no option takes one

struct Value {
  std::variant<bool, std::int64_t, double, std::string, DateOrTime, List, Table>
      content;
  int line = 0;
};

struct Entry {
  std::string key;
  int line = 0;
  Value value;
};

// "text", "a number", "a list": how an error names what was found.
std::string_view kind_of(const Value& value);

// What is wrong, and on which line of the file (0: of no line in particular).
struct Problem {
  int line = 0;
  int column = 0;  // 0: not said
  std::string text;
};
using Problems = std::vector<Problem>;

// The whole file; a file with a syntax error yields one Problem and what could
// not be read is left out.
Table parse_toml(std::string_view text, Problems& problems);

// The text as a TOML basic string, with its quotes.
std::string quoted(std::string_view text);

}  // namespace lostletter::config
