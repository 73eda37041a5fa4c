// SPDX-License-Identifier: Apache-2.0
//
// lostletter config check|show|options: what is wrong with a file, what is in
// force and where it came from, what can be set.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "config/config.h"
#include "programs/commands.h"
#include "programs/engine.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/setup.h"

namespace lostletter::programs {
namespace {

// The file as the one argument, or as --config like everywhere else.
std::optional<int> parse_path(CLI::App& app, const Arguments& arguments,
                              std::string& path) {
  app.add_option("--config", path,
                 fmt::format("The same as FILE; without either {}, if there",
                             config::kDefaultPath))
      ->type_name("FILE");
  Arguments files;
  if (const auto code = parse(app, arguments, &files)) return code;
  if (!path.empty()) files.insert(files.begin(), path);
  if (files.size() > 1) {
    complain(fmt::format("unexpected argument '{}'", printable(files[1], 100)));
    return kUsage;
  }
  if (!files.empty()) path = files[0];
  return std::nullopt;
}

int refuse(const Error& error) {
  complain(error.message);
  return kBadConfig;
}

// Also reads the token and the lists of names: a guard would fail on them.
int check_file(const Arguments& arguments) {
  CLI::App app("Says what is wrong with a configuration file.",
               "lostletter config check [FILE]");
  std::string path;
  if (const auto code = parse_path(app, arguments, path)) return *code;

  auto config = load_config(path);
  if (!config) return refuse(config.error());
  if (auto done = config::read_token(*config); !done) {
    return refuse(done.error());
  }
  const auto built = build_assessor(*config);
  if (!built) return refuse(built.error());
  for (const std::string& notice : built->notices) complain(notice);
  Output output;
  output.write("nothing wrong found\n");
  return output.finish(kOk);
}

int show(const Arguments& arguments) {
  CLI::App app(
      "Prints the configuration in force, as TOML, each value with the place "
      "it came from.",
      "lostletter config show [FILE]");
  std::string path;
  if (const auto code = parse_path(app, arguments, path)) return *code;

  const auto config = load_config(path);
  if (!config) return refuse(config.error());
  Output output;
  output.write(config::show(*config));
  return output.finish(kOk);
}

int options(const Arguments& arguments) {
  CLI::App app("Prints every option.", "lostletter config options");
  bool markdown = false;
  app.add_flag("--markdown", markdown, "As the manual: docs/options.md");
  if (const auto code = parse(app, arguments)) return *code;

  Output output;
  if (markdown) {
    output.write(config::options_markdown());
    return output.finish(kOk);
  }
  for (const config::OptionRow& row : config::options()) {
    const std::string unit =
        row.unit.empty() ? std::string() : fmt::format("  # {}", row.unit);
    output.write(fmt::format("{} = {}{}\n    {}\n", row.key, row.fallback, unit,
                             row.sentence));
  }
  return output.finish(kOk);
}

constexpr Command kCommands[] = {
    {"check", "say what is wrong with a file", check_file},
    {"show", "print what is in force, and where it came from", show},
    {"options", "print every option", options},
};

}  // namespace

int config_command(const Arguments& arguments) {
  return dispatch("lostletter config", kCommands, arguments);
}

}  // namespace lostletter::programs
