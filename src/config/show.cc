// SPDX-License-Identifier: Apache-2.0
//
// The configuration and its options as people read them: `config show`,
// `config options`, docs/options.md.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "config/config.h"
#include "config/options.h"

namespace lostletter::config {
namespace {

std::string_view table_of(std::string_view key) {
  const auto dot = key.rfind('.');
  return dot == key.npos ? std::string_view() : key.substr(0, dot);
}

std::string_view leaf(std::string_view key) {
  return key.substr(key.rfind('.') + 1);
}

std::string origin_of(const Config& config, std::string_view key) {
  const auto origin = config.origins.find(std::string(key));
  return origin == config.origins.end() ? "default" : printable(origin->second);
}

std::string show_milters(const Config& config) {
  const std::string origin = origin_of(config, "milter");
  if (config.milters.empty()) return fmt::format("milter = []  # {}\n", origin);
  std::string shown;
  for (const Milter& milter : config.milters) {
    shown += fmt::format("\n[[milter]]  # {}\n", origin);
    for (const auto& option : milter_options()) {
      shown += fmt::format("{} = {}\n", option.row.key, option.show(milter));
    }
  }
  return shown;
}

// The cells of a Markdown table end at a bar.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string table_markdown(const TableRow& table) {
  std::string page;
  if (table.name == "milter") {
    page += "## `[[milter]]`\n\n";
  } else if (!table.name.empty()) {
    page += fmt::format("## `[{}]`\n\n", table.name);
  }
  page += fmt::format(
      "{}\n\n| key | default | unit | what it does |\n"
      "| --- | --- | --- | --- |\n",
      table.sentence);
  for (const OptionRow& row : options()) {
    if (table_of(row.key) != table.name) continue;
    page += fmt::format("| `{}` | `{}` | {} | {} |\n", leaf(row.key),
                        row.fallback, cell(row.unit), cell(row.sentence));
  }
  return page + '\n';
}

}  // namespace

std::vector<OptionRow> options() {
  // The rows of [[milter]] have the name of their table before them.
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> made;
    for (const auto& option : milter_options()) {
      made.push_back("milter." + std::string(option.row.key));
    }
    return made;
  }();
  std::vector<OptionRow> rows;
  for (const auto& option : config_options()) rows.push_back(option.row);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    rows.push_back(milter_options()[i].row);
    rows.back().key = keys[i];
  }
  return rows;
}

std::string value_of(const Config& config, std::string_view key) {
  const auto option = std::ranges::find(
      config_options(), key, [](const auto& each) { return each.row.key; });
  return option == config_options().end() ? "" : option->show(config);
}

std::string show(const Config& config) {
  std::string shown;
  // An empty list of milters is a key of the top.
  if (config.milters.empty()) shown += show_milters(config);
  std::string_view table;
  for (const auto& option : config_options()) {
    const std::string_view key = option.row.key;
    if (table_of(key) != table) {
      table = table_of(key);
      shown += fmt::format("\n[{}]\n", table);
    }
    const bool hidden = key == "http.token" && !config.http_token.empty();
    shown += fmt::format("{}{} = {}  # {}\n", hidden ? "# " : "", leaf(key),
                         option.show(config), origin_of(config, key));
  }
  if (!config.milters.empty()) shown += show_milters(config);
  return shown;
}

std::string options_markdown() {
  std::string page =
      "# Options\n\n"
      "<!-- Printed by `lostletter config options --markdown`; do not edit. "
      "-->\n\n"
      "One TOML file, `/etc/lostletter/lostletter.toml` or what `--config` "
      "names; every key is\noptional, and without a file the defaults below "
      "hold. A duration is a number of seconds,\nor text such as `\"500 ms\"`, "
      "`\"10 min\"`, `\"90 days\"`. Names of files start from the\nfile's own "
      "directory. `lostletter config check FILE` says what is wrong with a "
      "file,\n`lostletter config show` what is in force and where it came "
      "from.\n\n";
  for (const TableRow& table : tables()) page += table_markdown(table);
  page.pop_back();
  return page;
}

}  // namespace lostletter::config
