// SPDX-License-Identifier: Apache-2.0
//
// Subcommands as rows of a table, and one way of reading their command lines:
// what is unknown is refused with the nearest known name, and ends with 64.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace lostletter::programs {

using Arguments = std::vector<std::string>;  // without the program's name

struct Command {
  std::string_view name;
  std::string_view sentence;
  int (*run)(const Arguments& arguments);
};

// Runs the command that the first argument names. `program` is what stands
// before it: "lostletter", "lostletter config".
int dispatch(std::string_view program, std::span<const Command> commands,
             const Arguments& arguments);

// Reads the options into what `app` was told. The exit code when there is
// nothing left to do (--help, an error), else nothing. What is no option goes
// to `operands` as it is (CLI11 would take "[a,b]" apart), when there are any.
std::optional<int> parse(CLI::App& app, const Arguments& arguments,
                         Arguments* operands = nullptr);

// ": did you mean 'check'?", or nothing.
std::string did_you_mean(std::string_view typed,
                         const std::vector<std::string>& known);

}  // namespace lostletter::programs
