// SPDX-License-Identifier: Apache-2.0
#include "config/config.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file.h"
#include "base/text.h"
#include "config/options.h"
#include "sinkhole/names.h"

namespace lostletter::config {
namespace {

// The key without its table: "ask.remember" -> "remember".
std::string_view leaf(std::string_view key) {
  return key.substr(key.rfind('.') + 1);
}

std::string_view table_of(std::string_view key) {
  const auto dot = key.rfind('.');
  return dot == key.npos ? std::string_view() : key.substr(0, dot);
}

bool is_table(std::string_view name) {
  return std::ranges::any_of(
      tables(), [&](const TableRow& table) { return table.name == name; });
}

// Walks one file over a configuration; what is wrong is collected.
class Reader {
 public:
  Reader(Config& config, const std::string& path)
      : config_(config), path_(path) {}

  void read(std::string_view text) {
    for (const Entry& entry : parse_toml(text, problems_)) read_top(entry);
    std::ranges::sort(problems_, {}, [](const Problem& problem) {
      return std::tie(problem.line, problem.column, problem.text);
    });
  }

  const Problems& problems() const { return problems_; }

 private:
  void read_top(const Entry& entry) {
    if (entry.key == "milter") return read_milters(entry);
    if (!is_table(entry.key) || entry.key.empty()) return read_one("", entry);
    const auto* table = std::get_if<Table>(&entry.value.content);
    if (!table) {
      return add(entry.line,
                 fmt::format("{}: must be a table ([{}]), not {}", entry.key,
                             entry.key, kind_of(entry.value)));
    }
    for (const Entry& inner : *table) read_one(entry.key + ".", inner);
  }

  void read_one(const std::string& prefix, const Entry& entry) {
    const std::string key = prefix + entry.key;
    const auto option = std::ranges::find(
        config_options(), key, [](const auto& each) { return each.row.key; });
    if (option == config_options().end()) return add_unknown(prefix, entry);
    set(*option, entry, key, config_);
    config_.origins[key] = fmt::format("{}:{}", path_, entry.line);
  }

  template <typename Target>
  void set(const Option<Target>& option, const Entry& entry,
           const std::string& key, Target& target) {
    const std::size_t before = problems_.size();
    option.read(entry.value, target, problems_);
    for (std::size_t i = before; i < problems_.size(); ++i) {
      problems_[i].text.insert(0, key + ": ");
    }
  }

  void read_milters(const Entry& entry) {
    const auto* list = std::get_if<List>(&entry.value.content);
    if (!list) {
      return add(entry.line,
                 fmt::format("milter: must be [[milter]], with two brackets, "
                             "not {}",
                             kind_of(entry.value)));
    }
    config_.milters.clear();
    config_.origins["milter"] = fmt::format("{}:{}", path_, entry.line);
    for (const Value& value : *list) read_milter(value);
  }

  void read_milter(const Value& value) {
    const auto* table = std::get_if<Table>(&value.content);
    if (!table) return add(value.line, "milter: must be written [[milter]]");
    Milter milter;
    bool listens = false;
    for (const Entry& entry : *table) {
      listens = listens || entry.key == "listen";
      const auto option =
          std::ranges::find(milter_options(), entry.key,
                            [](const auto& each) { return each.row.key; });
      if (option == milter_options().end()) {
        add_unknown("milter.", entry);
      } else {
        set(*option, entry, "milter." + entry.key, milter);
      }
    }
    if (!listens) add(value.line, "milter.listen: is missing");
    config_.milters.push_back(std::move(milter));
  }

  // Names the nearest key beside it; a key that stands in the wrong table is
  // the commonest mistake, so that is looked for first.
  void add_unknown(const std::string& prefix, const Entry& entry) {
    std::vector<std::string> beside;
    std::optional<std::string> meant;
    for (const OptionRow& row : options()) {
      if (!meant && leaf(row.key) == entry.key) meant = row.key;
      const bool here = table_of(row.key) == prefix.substr(0, prefix.find('.'));
      if (here) beside.emplace_back(leaf(row.key));
    }
    if (prefix.empty()) {
      for (const TableRow& table : tables()) beside.emplace_back(table.name);
    }
    if (!meant) {
      meant = nearest(entry.key, beside);
      if (meant) meant->insert(0, prefix);
    }
    add(entry.line,
        fmt::format("unknown key '{}'{}", printable(prefix + entry.key, 100),
                    meant ? fmt::format(": did you mean '{}'?", *meant) : ""));
  }

  void add(int line, std::string text) {
    problems_.push_back({line, 0, std::move(text)});
  }

  Config& config_;
  const std::string& path_;
  Problems problems_;
};

// "FILE:12:3: text", one a line.
std::string describe(const Problems& problems, const std::string& path) {
  std::vector<std::string> lines;
  for (const Problem& problem : problems) {
    std::string where = path;
    if (problem.line > 0) where += fmt::format(":{}", problem.line);
    if (problem.column > 0) where += fmt::format(":{}", problem.column);
    lines.push_back(where + ": " + problem.text);
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

// Relative names of files start from the directory of the file they stand in:
// a service's working directory is nobody's.
void resolve(std::string& file, const std::string& path) {
  if (file.empty() || file[0] == '/') return;
  file = (std::filesystem::path(path).parent_path() / file)
             .lexically_normal()
             .string();
}

void resolve_files(Config& config, const std::string& path) {
  for (std::string& file : config.known_files) resolve(file, path);
  for (std::string& file : config.names_files) resolve(file, path);
  for (std::string& file : config.index_files) resolve(file, path);
  resolve(config.channel_file, path);
  resolve(config.http_token_file, path);
  resolve(config.sinkhole.certificate, path);
  resolve(config.sinkhole.key, path);
}

// A sentence of check(), with where the option came from.
std::string at_origin(const Config& config, const std::string& key,
                      std::string_view text) {
  const auto origin = config.origins.find(key);
  const std::string where =
      origin == config.origins.end() ? "" : origin->second + ": ";
  return fmt::format("{}{}: {}", where, key, text);
}

bool is_routable(const Config& config) {
  if (config.http_host.empty()) return false;
  net::Endpoint endpoint;
  endpoint.host = config.http_host;
  endpoint.port = config.http_port;
  return !endpoint.is_loopback();
}

std::optional<std::string> find_twin(const std::vector<Milter>& milters) {
  for (std::size_t i = 0; i < milters.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const net::Endpoint& endpoint = milters[i].gate.endpoint;
      const bool any_port =
          endpoint.kind == net::Endpoint::Kind::kInet && endpoint.port == 0;
      if (endpoint == milters[j].gate.endpoint && !any_port) {
        return endpoint.to_string();
      }
    }
  }
  return std::nullopt;
}

}  // namespace

Config defaults() {
  Config config;
  Milter milter;
  milter.gate.endpoint.host = "127.0.0.1";
  milter.gate.endpoint.port = 8894;
  config.milters = {milter};
  config.inside = {"127.0.0.0/8", "::1/128"};
  config.gate.inside = net::Networks::parse(config.inside).value();
  return config;
}

Result<Config> parse(std::string_view text, const std::string& path) {
  Config config = defaults();
  Reader reader(config, path);
  reader.read(text);
  std::string errors = describe(reader.problems(), path);
  // Also with errors above: what can be said is said at once.
  if (const Result<void> fine = check(config); !fine) {
    errors += (errors.empty() ? "" : "\n") + fine.error().message;
  }
  if (!errors.empty()) return fail(std::move(errors));
  resolve_files(config, path);
  return config;
}

Result<Config> load(const std::string& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return std::unexpected(text.error());
  return parse(*text, path);
}

Result<void> read_token(Config& config) {
  if (config.http_token_file.empty()) return {};
  const Result<std::string> content = read_file(config.http_token_file, 4096);
  const auto refuse = [&](const std::string& message) {
    return fail(fmt::format("{}: http.token_file: {}",
                            config.origins["http.token_file"], message));
  };
  if (!content) return refuse(content.error().message);
  Problems problems;
  const Value value{std::string(trim(split(*content, '\n')[0])), 0};
  const auto token =
      std::ranges::find(config_options(), "http.token",
                        [](const auto& option) { return option.row.key; });
  token->read(value, config, problems);
  if (!problems.empty()) return refuse("its line " + problems[0].text);
  if (config.http_token.empty()) {
    return refuse(config.http_token_file + " has no token on its first line");
  }
  return check(config);  // it may be too short
}

Result<void> check(const Config& config) {
  std::vector<std::string> errors;
  const auto add = [&](const std::string& key, std::string_view text) {
    errors.push_back(at_origin(config, key, text));
  };
  if (config.rules.doubtful_at > config.rules.misdirected_at) {
    add("doubtful_at",
        fmt::format("must not be above misdirected_at ({} > {})",
                    config.rules.doubtful_at, config.rules.misdirected_at));
  } else if (const auto fine = guard::check_rules(config.rules); !fine) {
    errors.push_back(fine.error().message);
  }
  if (config.gate.confirm_after >= config.gate.confirm_within) {
    add("ask.confirm_after", "must be shorter than ask.confirm_within");
  }
  if (config.retention.questions < config.gate.confirm_within) {
    add("retention.questions", "must not be shorter than ask.confirm_within");
  }
  // The page refuses less, too (http/server.h); here it is said with a line.
  constexpr std::size_t kLeastToken = 16;
  const bool awaits_file =
      config.http_token.empty() && !config.http_token_file.empty();
  if (is_routable(config) && !awaits_file &&
      config.http_token.size() < kLeastToken) {
    add("http.listen",
        fmt::format("{} can be reached from other hosts: set http.token_file "
                    "to a file with a token of at least {} characters, or "
                    "listen on 127.0.0.1",
                    config.http_host, kLeastToken));
  }
  const hold::Options& hold = config.gate.hold;
  const bool holds = std::ranges::any_of(config.milters, [](const Milter& one) {
    return one.gate.mode == guard::Mode::kHold;
  });
  if (hold.listen.empty() &&
      (holds || config.gate.mode == guard::Mode::kHold)) {
    add("hold.listen", "must be set for mode = \"hold\"");
  }
  const auto backs_up = [](std::optional<hold::AtDeadline> what) {
    return what == hold::AtDeadline::kBackup;
  };
  if (hold.backup.empty() &&
      (backs_up(hold.at_deadline) ||
       std::ranges::any_of(config.milters, [&](const Milter& one) {
         return backs_up(one.gate.at_deadline);
       }))) {
    add("hold.backup", "must be set for at_deadline = \"backup\"");
  }
  const Sinkhole& sinkhole = config.sinkhole;
  if (const auto names = sinkhole::Names::parse(sinkhole.names); !names) {
    add("sinkhole.names", names.error().message);
  }
  if (sinkhole.certificate.empty() != sinkhole.key.empty()) {
    add("sinkhole.tls_cert", "and sinkhole.tls_key belong together");
  }
  if (sinkhole.retain_addresses && trim(sinkhole.legal_note).empty()) {
    add("sinkhole.retain",
        "addresses in the clear need sinkhole.legal_note: on what ground are "
        "they kept?");
  }
  if (const auto twin = find_twin(config.milters)) {
    add("milter", "two of them listen on " + *twin);
  }
  if (errors.empty()) return {};
  return fail(fmt::format("{}", fmt::join(errors, "\n")));
}

Result<Milter> parse_milter(std::string_view spec) {
  Milter milter;
  Problems problems;
  std::string_view key = "listen";
  for (std::string_view piece : split(spec, ',')) {
    if (key != "listen" || piece.data() != spec.data()) {
      const auto equals = piece.find('=');
      if (equals == piece.npos) {
        return fail(fmt::format("'{}' is no key=value", printable(piece, 100)));
      }
      key = piece.substr(0, equals);
      piece.remove_prefix(equals + 1);
    }
    const auto option = std::ranges::find(
        milter_options(), key, [](const auto& each) { return each.row.key; });
    if (option == milter_options().end()) {
      std::vector<std::string> keys;
      for (const auto& each : milter_options()) keys.emplace_back(each.row.key);
      const auto meant = nearest(key, keys);
      return fail(fmt::format(
          "unknown key '{}'{}", printable(key, 100),
          meant ? fmt::format(": did you mean '{}'?", *meant) : ""));
    }
    option->read({std::string(piece), 0}, milter, problems);
    if (!problems.empty()) {
      return fail(fmt::format("{}: {}", key, problems[0].text));
    }
  }
  return milter;
}

Result<void> set_http(Config& config, std::string_view listen) {
  if (listen == "off") {
    config.http_host.clear();
    return {};
  }
  const auto endpoint = net::Endpoint::parse("inet:" + std::string(listen));
  // The Sendmail form port@host is the milter's.
  if (!endpoint || listen.find('@') != listen.npos) {
    return fail(fmt::format(
        "must be ADDRESS:PORT such as 127.0.0.1:8025, or off, not '{}'",
        printable(listen, 100)));
  }
  config.http_host =
      endpoint->host == "localhost" ? "127.0.0.1" : endpoint->host;
  config.http_port = endpoint->port;
  return {};
}

std::string default_state_directory() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  // Several are separated by colons (systemd.exec(5)); ours is the first.
  if (const std::string given = variable("STATE_DIRECTORY"); !given.empty()) {
    return given.substr(0, given.find(':'));
  }
  if (const std::string xdg = variable("XDG_STATE_HOME"); !xdg.empty()) {
    return xdg + "/lostletter";
  }
  const std::string home = variable("HOME");
  return (home.empty() ? "/var/lib" : home + "/.local/state") + "/lostletter";
}

}  // namespace lostletter::config
