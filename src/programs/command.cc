// SPDX-License-Identifier: Apache-2.0
#include "programs/command.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "programs/exit_code.h"
#include "programs/output.h"

namespace lostletter::programs {
namespace {

int print(std::string_view text) {
  Output output;
  output.write(text);
  return output.finish(kOk);
}

std::string overview(std::string_view program,
                     std::span<const Command> commands) {
  std::string text = fmt::format("Usage: {} COMMAND [OPTION]...\n\n", program);
  for (const Command& command : commands) {
    text += fmt::format("  {:<10}{}\n", command.name, command.sentence);
  }
  return text + fmt::format("\n{} COMMAND --help tells more.\n", program);
}

// What stands behind '=' is not part of the name.
std::string describe_unknown(const CLI::App& app, const std::string& extra) {
  const std::string typed = extra.substr(0, extra.find('='));
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      known.push_back("--" + name);
    }
  }
  return fmt::format("unknown option '{}'{}", printable(typed, 100),
                     did_you_mean(typed, known));
}

// Behind "--" nothing is an option.
std::optional<std::string> sort_extras(const CLI::App& app,
                                       Arguments* operands) {
  bool options = true;
  for (const std::string& extra : app.remaining()) {
    if (options && extra == "--") {
      options = false;
    } else if (options && extra.size() > 1 && extra[0] == '-') {
      return describe_unknown(app, extra);
    } else if (operands == nullptr) {
      return fmt::format("unexpected argument '{}'", printable(extra, 100));
    } else {
      operands->push_back(extra);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string did_you_mean(std::string_view typed,
                         const std::vector<std::string>& known) {
  const auto near = nearest(typed, known);
  return near ? fmt::format(": did you mean '{}'?", *near) : "";
}

int dispatch(std::string_view program, std::span<const Command> commands,
             const Arguments& arguments) {
  if (arguments.empty()) {
    complain("no command");
    Output diagnostics(2);
    diagnostics.write(overview(program, commands));
    diagnostics.flush();
    return kUsage;
  }
  const std::string& name = arguments[0];
  if (name == "--help" || name == "-h" || name == "help") {
    return print(overview(program, commands));
  }
  if (name == "--version") return print("lostletter " LOSTLETTER_VERSION "\n");

  std::vector<std::string> known{"--help", "--version"};
  for (const Command& command : commands) {
    if (command.name == name) {
      return command.run({arguments.begin() + 1, arguments.end()});
    }
    known.emplace_back(command.name);
  }
  complain(fmt::format("unknown {} '{}'{}",
                       name.starts_with('-') ? "option" : "command",
                       printable(name, 100), did_you_mean(name, known)));
  return kUsage;
}

std::optional<int> parse(CLI::App& app, const Arguments& arguments,
                         Arguments* operands) {
  app.allow_extras();
  try {
    // CLI11 takes them from the back.
    app.parse(Arguments(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return print(app.help());
  } catch (const CLI::ParseError& error) {
    complain(printable(error.what()));
    return kUsage;
  }
  const auto wrong = sort_extras(app, operands);
  if (!wrong) return std::nullopt;
  complain(*wrong);
  return kUsage;
}

}  // namespace lostletter::programs
