// SPDX-License-Identifier: Apache-2.0
//
// The configuration: one TOML file, every key optional. Each option is one row
// of config/options.cc: name, default, unit, sentence. What is wrong is said
// with file, line and the nearest known key.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "gate/options.h"
#include "guard/assess.h"
#include "store/store.h"

namespace lostletter::config {

struct Config {
  std::string state_directory;  // empty: see default_state_directory()
  std::string user;             // drop to it when started as root
  std::vector<gate::ListenerOptions> milters;
  gate::Options gate;
  guard::Rules rules;
  std::vector<std::string> protected_suffixes;  // added to the built-in ones
  std::vector<std::string> known_files;         // names one corresponds with
  std::vector<std::string> names_files;         // popularity lists

  std::string http_host = "127.0.0.1";
  std::uint16_t http_port = 8025;
  std::string http_token;

  std::chrono::milliseconds decision_time{1000};
  std::chrono::seconds drain_time{5};
  store::Retention retention;
  LogFormat log_format = LogFormat::kLogfmt;
  Level log_level = Level::kInfo;

  // Where each option's value came from: "default", "FILE:LINE", "--milter".
  std::map<std::string, std::string> origins;
};

// One option, for `config options`, `config show` and docs/options.md.
struct OptionRow {
  std::string_view key;       // "ask.confirm_within"
  std::string_view fallback;  // "10 min", as TOML: "600"
  std::string_view unit;      // "seconds", "domains", ""
  std::string_view sentence;
};
std::vector<OptionRow> options();

Config defaults();

// Reads `path` over the defaults. All errors of the file, one a line, each
// "FILE:LINE: KEY: what is wrong (did you mean ...?)".
Result<Config> load(const std::string& path);

// The value of an option as TOML, for `config show`.
std::string value_of(const Config& config, std::string_view key);

// $STATE_DIRECTORY, else $XDG_STATE_HOME/lostletter, else
// ~/.local/state/lostletter.
std::string default_state_directory();

// /etc/lostletter/lostletter.toml: read when it exists and --config is not
// given.
inline constexpr std::string_view kDefaultPath =
    "/etc/lostletter/lostletter.toml";

// The manual page of the options, as Markdown.
std::string options_markdown();

}  // namespace lostletter::config
