// SPDX-License-Identifier: Apache-2.0
//
// The configuration: one TOML file, every key optional. Each option is one row
// of config/options.cc: name, default, unit, sentence. What is wrong is said
// with file, line and the nearest known key.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "gate/options.h"
#include "guard/assess.h"
#include "net/endpoint.h"
#include "store/store.h"

namespace lostletter::config {

// One [[milter]]: what its mail is, and how its socket is opened.
struct Milter {
  gate::ListenerOptions gate;
  net::ListenOptions socket;
};

// [sinkhole]: what `lostletter sinkhole` does, when it is not told by flags.
struct Sinkhole {
  std::vector<std::string> listen;  // "192.0.2.1:25", "fd:NAME"
  std::vector<std::string> names;   // "army.ml=army.mil"
  std::string host;                 // as it greets; empty: of this host
  std::string certificate;          // PEM files
  std::string key;
  std::size_t most_sessions = 12'000;
  std::size_t most_of_one = 100;
  std::vector<std::string> proxies;  // networks
  std::chrono::milliseconds tarpit{0};
  bool retain_addresses = false;
  std::string legal_note;
};

// Among resolvers: those that this host is configured to use.
inline constexpr std::string_view kHostResolvers = "host";

struct Config {
  std::string state_directory;  // empty: see default_state_directory()
  std::string store;            // empty: SQLite in the state directory
  std::string user;             // drop to it when started as root
  std::vector<Milter> milters;
  gate::Options gate;
  std::vector<std::string> inside;  // gate.inside as it was written
  guard::Rules rules;
  std::vector<std::string> protected_suffixes;  // added to the built-in ones
  std::vector<std::string> known_files;         // names one corresponds with
  std::vector<std::string> names_files;         // popularity lists
  std::vector<std::string> index_files;         // of names, ready made
  std::vector<std::string> resolvers;           // "host": those of this host
  std::string channel_file;  // empty: the typo weights built in

  Sinkhole sinkhole;

  std::vector<std::string> believed;  // whose Authentication-Results

  std::string http_host = "127.0.0.1";  // empty: no page
  std::uint16_t http_port = 8025;
  std::string http_token;
  std::string http_token_file;  // see read_token()

  std::chrono::milliseconds decision_time{1000};
  std::chrono::seconds drain_time{5};
  store::Retention retention;
  LogFormat log_format = LogFormat::kLogfmt;
  Level log_level = Level::kInfo;

  // Where an option's value came from: "FILE:LINE", "--milter". One that is
  // not here has its default.
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

// Valid by itself: what `serve` with no file does.
Config defaults();

// Reads `path` over the defaults. All errors of the file, one a line, each
// "FILE:LINE: KEY: what is wrong (did you mean ...?)".
Result<Config> load(const std::string& path);

// A duration as options have it: "5 s", "200 ms", "10".
Result<std::chrono::milliseconds> parse_span(std::string_view text);

// The same from text. `path` names the text in errors and origins, and is what
// relative names of files start from.
Result<Config> parse(std::string_view text, const std::string& path);

// Reads http.token_file, when there is one, into http_token. Apart from load(),
// because only a guard may read the secret, and the rest is for everybody.
Result<void> read_token(Config& config);

// What no option can know alone (a routable page without a token, thresholds
// that cross). Flags are set over a loaded file, so `serve` asks again. All
// errors, one a line.
Result<void> check(const Config& config);

// Where a sinkhole listens: "192.0.2.1:25", "[2001:db8::1]:25", "fd:NAME".
Result<net::Endpoint> parse_listen(std::string_view text);

// "inet:127.0.0.1:8894,traffic=relay,mode=watch": an endpoint and keys of
// [[milter]], as --milter takes it.
Result<Milter> parse_milter(std::string_view spec);

// "127.0.0.1:8025", "[::1]:8025" or "off", as --http and http.listen take it.
Result<void> set_http(Config& config, std::string_view listen);

// The value of an option as TOML; never the token itself. Empty for the keys
// of [[milter]], of which there may be several.
std::string value_of(const Config& config, std::string_view key);

// The whole configuration as TOML, each value with its origin: `config show`.
// Loading it gives the same configuration, but for the token.
std::string show(const Config& config);

// $STATE_DIRECTORY, else $XDG_STATE_HOME/lostletter, else
// ~/.local/state/lostletter.
std::string default_state_directory();

// Read when it exists and --config is not given.
inline constexpr std::string_view kDefaultPath =
    "/etc/lostletter/lostletter.toml";

// The manual page of the options, as Markdown: docs/options.md.
std::string options_markdown();

}  // namespace lostletter::config
