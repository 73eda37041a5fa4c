// SPDX-License-Identifier: Apache-2.0
//
// lostletter forget: erases a person from the state directory.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "mail/address.h"
#include "programs/commands.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/setup.h"
#include "store/held.h"
#include "store/store.h"

namespace lostletter::programs {
int forget(const Arguments& arguments) {
  CLI::App app(
      "Erases an address: who wrote to it and to whom it wrote, its name, "
      "what\n"
      "was asked, confirmed and judged about it.",
      "lostletter forget [OPTION]... ADDRESS");
  std::string state;
  std::string config_file;
  add_state_option(app, state);
  add_config_option(app, config_file);
  app.footer(
      "Log lines and copies of the store elsewhere keep what they have, and a "
      "file with\nthe address in it teaches it again. Ends with 0, also when "
      "nothing was known of\nit, 64 for a wrong command line, 69 when the "
      "store "
      "cannot be written.");
  Arguments operands;
  if (const auto code = parse(app, arguments, &operands)) return *code;
  if (operands.size() != 1) return give_up(kUsage, "forget takes one address");
  const auto address = mail::Address::parse(operands[0]);
  if (!address) return give_up(kUsage, address.error().message);
  const auto config = load_config(config_file);
  if (!config) return give_up(kBadConfig, config.error().message);

  const auto place = store_address(state, *config);
  if (!place) return give_up(kUsage, place.error().message);
  const auto store = store::open_store(*place, std::chrono::seconds(20));
  if (!store) return give_up(kUnavailable, store.error().message);
  const std::size_t removed = (*store)->forget(address->to_string());
  const std::size_t waiting =
      (*store)->held().under_way_of(address->to_string());
  Output output;
  output.write(fmt::format("{}: {}\n", printable(address->to_string()),
                           removed + waiting == 0
                               ? "nothing was known of it"
                               : fmt::format("{} rows removed", removed)));
  if (waiting > 0) {
    output.write(fmt::format(
        "{}: {} held letter{} under way; once ended, forget it again\n",
        printable(address->to_string()), waiting,
        waiting == 1 ? " is" : "s are"));
  }
  return output.finish(kOk);
}

}  // namespace lostletter::programs
