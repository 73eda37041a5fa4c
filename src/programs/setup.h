// SPDX-License-Identifier: Apache-2.0
//
// What every subcommand begins with: the configuration file and the state
// directory.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "config/config.h"
#include "store/open.h"

namespace CLI {
class App;
}

namespace lostletter::programs {

// The options of most subcommands.
void add_config_option(CLI::App& app, std::string& path);
void add_state_option(CLI::App& app, std::string& directory);

// The file of --config; when `path` is empty, the default one where it exists,
// else the defaults.
Result<config::Config> load_config(const std::string& path);

// --state, else what the file says, else the usual place.
std::string state_directory(const std::string& flag,
                            const config::Config& config);

// The store that --state means: a directory, or an address (store/address.h).
// REQUIRES: not empty.
Result<store::StoreAddress> store_at(const std::string& flag);
// The same, as `serve --state` understands it: a directory does not stand above
// a `store` of the configuration, an address does.
Result<store::StoreAddress> store_address(const std::string& flag,
                                          const config::Config& config);
// That of a guard: --state only says where its other files are.
Result<store::StoreAddress> guard_store(const config::Config& config);

// "/var/lib/lostletter", or "postgresql://...": for people.
std::string place_of(const store::StoreAddress& address);

// To read beside a running guard; null where nothing was ever kept.
Result<std::unique_ptr<store::Store>> open_if_there(
    const store::StoreAddress& address);

}  // namespace lostletter::programs
