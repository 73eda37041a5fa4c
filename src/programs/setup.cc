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
                 "State directory of the guard, or its store "
                 "(\"postgresql://...\"); else what the configuration says")
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

Result<store::StoreAddress> store_at(const std::string& flag) {
  for (const std::string_view scheme :
       {"sqlite:", "postgresql:", "postgres:"}) {
    if (!flag.starts_with(scheme)) continue;
    auto address = store::StoreAddress::parse(flag);
    if (!address) return fail("--state: " + address.error().message);
    return address;
  }
  return store::StoreAddress{store::StoreAddress::Kind::kSqlite, flag};
}

Result<store::StoreAddress> store_address(const std::string& flag,
                                          const config::Config& config) {
  return flag.empty() ? guard_store(config) : store_at(flag);
}

Result<store::StoreAddress> guard_store(const config::Config& config) {
  if (!config.store.empty()) return store::StoreAddress::parse(config.store);
  return store::StoreAddress{store::StoreAddress::Kind::kSqlite,
                             state_directory("", config)};
}

std::string place_of(const store::StoreAddress& address) {
  return address.kind == store::StoreAddress::Kind::kSqlite
             ? address.where
             : address.to_string();
}

Result<std::unique_ptr<store::Store>> open_if_there(
    const store::StoreAddress& address) {
  std::error_code ignored;
  if (address.kind == store::StoreAddress::Kind::kSqlite &&
      !std::filesystem::exists(address.where + "/lostletter.db", ignored)) {
    return nullptr;
  }
  return store::open_store_reader(address);
}

}  // namespace lostletter::programs
