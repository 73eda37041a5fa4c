// SPDX-License-Identifier: Apache-2.0
//
// lostletter store: what is remembered, moved to another back end.
#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/file.h"
#include "programs/commands.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/setup.h"
#include "store/move.h"

namespace lostletter::programs {
namespace {

Result<store::StoreAddress> read_side(const char* option,
                                      const std::string& text) {
  auto address = store::StoreAddress::parse(text);
  if (!address)
    return fail(fmt::format("{}: {}", option, address.error().message));
  return address;
}

// Held while it is moved, so that no guard starts.
Result<FileLock> lock_guards_out(const store::StoreAddress& address) {
  auto lock = FileLock::take(address.where + "/serve.lock");
  if (lock) return lock;
  return fail(
      fmt::format("stop 'lostletter serve' first: {}", lock.error().message));
}

std::string table_of(const std::vector<store::MovedTable>& moved) {
  std::string text =
      fmt::format("{:<20} {:>12} {:>12}\n", "table", "from", "to");
  for (const store::MovedTable& table : moved) {
    text += fmt::format("{:<20} {:>12} {:>12}\n", table.name, table.before,
                        table.after);
  }
  return text;
}

int migrate(const Arguments& arguments) {
  CLI::App app(
      "Moves everything that is remembered to another store: questions,\n"
      "confirmations, verdicts, scores, correspondence, held letters, the\n"
      "action log, the secret; and counts both sides.",
      "lostletter store migrate --from STORE --to STORE");
  std::string from;
  std::string to;
  app.add_option("--from", from, "\"sqlite:DIRECTORY\" or \"postgresql://...\"")
      ->required()
      ->type_name("STORE");
  app.add_option("--to", to, "The same; must be empty")
      ->required()
      ->type_name("STORE");
  app.footer(
      "No guard may serve from either side meanwhile. All is moved, or "
      "nothing: "
      "after a\nfailure it may be repeated. The source is left as it is. The "
      "key file of held\nletters is no part of a store: give it to every "
      "guard. Ends with 0, 64 for a wrong\ncommand line, 65 when the target is "
      "not empty or the counts differ, 69 when a\nstore cannot be opened.");
  if (const auto code = parse(app, arguments)) return *code;
  const auto source = read_side("--from", from);
  if (!source) return give_up(kUsage, source.error().message);
  const auto target = read_side("--to", to);
  if (!target) return give_up(kUsage, target.error().message);

  std::vector<FileLock> locks;
  for (const auto& side : {*source, *target}) {
    if (side.kind != store::StoreAddress::Kind::kSqlite) continue;
    if (auto made = make_directory(side.where); !made) {
      return give_up(kUnavailable, made.error().message);
    }
    auto lock = lock_guards_out(side);
    if (!lock) return give_up(kUnavailable, lock.error().message);
    locks.push_back(std::move(*lock));
  }
  const auto moved = store::move_store(*source, *target);
  if (!moved) return give_up(kData, moved.error().message);
  Output output;
  output.write(table_of(*moved));
  output.write(fmt::format("moved from {} to {}\n", source->to_string(),
                           target->to_string()));
  return output.finish(kOk);
}

constexpr Command kCommands[] = {
    {"migrate", "move it to another back end, and count both sides", migrate},
};

}  // namespace

int store_command(const Arguments& arguments) {
  return dispatch("lostletter store", kCommands, arguments);
}

}  // namespace lostletter::programs
