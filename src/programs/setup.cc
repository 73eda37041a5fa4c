// SPDX-License-Identifier: Apache-2.0
#include "programs/setup.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
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

namespace {

bool is_address(std::string_view flag) {
  constexpr std::string_view kSchemes[] = {
      "sqlite:", "postgresql:", "postgres:"};
  return std::ranges::any_of(kSchemes, [&](std::string_view scheme) {
    return flag.starts_with(scheme);
  });
}

}  // namespace

Result<store::StoreAddress> store_at(const std::string& flag) {
  if (!is_address(flag)) {
    return store::StoreAddress{store::StoreAddress::Kind::kSqlite, flag};
  }
  auto address = store::StoreAddress::parse(flag);
  if (!address) return fail("--state: " + address.error().message);
  return address;
}

Result<store::StoreAddress> store_address(const std::string& flag,
                                          const config::Config& config) {
  const bool decides =
      !flag.empty() && (config.store.empty() || is_address(flag));
  return decides ? store_at(flag) : guard_store(config);
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
