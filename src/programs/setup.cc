// SPDX-License-Identifier: Apache-2.0
#include "programs/setup.h"

#include <filesystem>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace lostletter::programs {

void add_config_option(CLI::App& app, std::string& path) {
  app.add_option("--config", path,
                 fmt::format("Configuration file; else {}, if there",
                             config::kDefaultPath))
      ->type_name("FILE");
}

void add_state_option(CLI::App& app, std::string& directory) {
  app.add_option("--state", directory,
                 "State directory of the guard; else what the configuration "
                 "says")
      ->type_name("DIR");
}

Result<config::Config> load_config(const std::string& path) {
  if (!path.empty()) return config::load(path);
  std::error_code ignored;
  const std::string usual(config::kDefaultPath);
  if (std::filesystem::exists(usual, ignored)) return config::load(usual);
  return config::defaults();
}

std::string state_directory(const std::string& flag,
                            const config::Config& config) {
  if (!flag.empty()) return flag;
  if (!config.state_directory.empty()) return config.state_directory;
  return config::default_state_directory();
}

Result<std::unique_ptr<store::Store>> open_if_there(
    const std::string& directory) {
  std::error_code ignored;
  if (!std::filesystem::exists(directory + "/lostletter.db", ignored)) {
    return nullptr;
  }
  return store::open_sqlite_reader(directory);
}

}  // namespace lostletter::programs
