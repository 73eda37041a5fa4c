// SPDX-License-Identifier: Apache-2.0
//
// lostletter log verify|show: the record of what was decided about held
// letters, of which no line can be changed or removed without all later ones
// being wrong.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "programs/commands.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/setup.h"
#include "store/held.h"
#include "store/store.h"

namespace lostletter::programs {
namespace {

using store::ActionLine;

constexpr std::size_t kBatch = 1000;

// Calls `take` with all lines in order, until it says no. Nothing is open
// where nothing was ever kept.
template <typename Take>
void for_each_batch(store::Store* store, Take take) {
  for (std::uint64_t after = 0; store != nullptr;) {
    const auto lines = store->held().read_actions(after, kBatch);
    if (lines.empty() || !take(lines)) return;
    after = lines.back().number;
  }
}

std::optional<int> open(CLI::App& app, const Arguments& arguments, bool* json,
                        std::unique_ptr<store::Store>& store) {
  std::string state;
  std::string config_file;
  add_state_option(app, state);
  add_config_option(app, config_file);
  if (json != nullptr) app.add_flag("--json", *json, "One object a line");
  if (const auto code = parse(app, arguments)) return code;
  const auto config = load_config(config_file);
  if (!config) return give_up(kBadConfig, config.error().message);
  const auto place = store_address(state, *config);
  if (!place) return give_up(kUsage, place.error().message);
  auto opened = open_if_there(*place);
  if (!opened) return give_up(kUnavailable, opened.error().message);
  store = std::move(*opened);
  return std::nullopt;
}

int verify(const Arguments& arguments) {
  CLI::App app(
      "Recomputes the chain of hashes. Note the last hash elsewhere now and "
      "then: only so\ncan it be seen that lines are missing at the end.",
      "lostletter log verify [OPTION]...");
  app.footer(
      "Ends with 0 when it is whole, 65 when it is not, 64 for a wrong "
      "command line, 69 when\nthe store cannot be read.");
  std::unique_ptr<store::Store> store;
  if (const auto code = open(app, arguments, nullptr, store)) return *code;
  std::string last;
  std::uint64_t count = 0;
  std::optional<ActionLine> broken;
  for_each_batch(store.get(), [&](const std::vector<ActionLine>& lines) {
    broken = store::first_broken(lines, last);
    if (count + 1 != lines.front().number && !broken) broken = lines.front();
    count += lines.size();
    last = lines.back().hash;
    return !broken;
  });
  if (broken) {
    return give_up(
        kData, fmt::format("the action log is broken at line {} ({} {}): it "
                           "was changed, or lines before it are missing",
                           broken->number, to_rfc3339(broken->at),
                           printable(broken->event, 100)));
  }
  Output output;
  output.write(fmt::format("{} lines, whole; last hash {}\n", count,
                           last.empty() ? "-" : last));
  return output.finish(kOk);
}

std::string to_json(const ActionLine& line) {
  const nlohmann::ordered_json object = {
      {"number", line.number}, {"at", to_rfc3339(line.at)},
      {"who", line.who},       {"event", line.event},
      {"code", line.code},     {"recipient", line.recipient},
      {"detail", line.detail}, {"hash", line.hash}};
  return object.dump(-1, ' ', false,
                     nlohmann::ordered_json::error_handler_t::replace) +
         '\n';
}

int show(const Arguments& arguments) {
  CLI::App app("Prints the action log.", "lostletter log show [OPTION]...");
  bool json = false;
  std::unique_ptr<store::Store> store;
  if (const auto code = open(app, arguments, &json, store)) return *code;
  Output output;
  for_each_batch(store.get(), [&](const std::vector<ActionLine>& lines) {
    for (const ActionLine& one : lines) {
      output.write(json ? to_json(one)
                        : fmt::format("{} {} {} {}/{} {} {}\n", one.number,
                                      to_rfc3339(one.at), printable(one.who),
                                      one.code, one.recipient, one.event,
                                      printable(one.detail)));
    }
    return !output.failed();
  });
  return output.finish(kOk);
}

constexpr Command kCommands[] = {
    {"verify", "is it whole?", verify},
    {"show", "print it", show},
};

}  // namespace

int log_command(const Arguments& arguments) {
  return dispatch("lostletter log", kCommands, arguments);
}

}  // namespace lostletter::programs
