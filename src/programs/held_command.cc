// SPDX-License-Identifier: Apache-2.0
//
// lostletter held list|show|release|redirect|discard|stats|rekey: letters that
// wait, from the command line. An operator decides in the sender's stead, so
// that takes two words and a reason, which the action log keeps.
#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "hold/answers.h"
#include "mail/address.h"
#include "programs/commands.h"
#include "programs/exit_code.h"
#include "programs/held_text.h"
#include "programs/hold_house.h"
#include "programs/output.h"
#include "programs/setup.h"
#include "store/held.h"
#include "store/open.h"
#include "store/seal.h"
#include "store/store.h"

namespace lostletter::programs {
namespace {

using store::HeldEvent;
using store::HeldLetter;
using store::HeldRecipient;
using store::HeldState;

// The options of all of them, and what is opened by them.
struct Desk {
  std::string state;
  std::string config_file;
  bool json = false;
  config::Config config = {};
  std::unique_ptr<store::Store> store = {};  // null: nothing was ever held

  void add_options(CLI::App& app) {
    add_state_option(app, state);
    add_config_option(app, config_file);
    app.add_flag("--json", json, "One object a line");
  }

  // The exit code when it cannot be opened.
  std::optional<int> open(bool to_write) {
    auto loaded = load_config(config_file);
    if (!loaded) return give_up(kBadConfig, loaded.error().message);
    config = std::move(*loaded);
    const auto place = store_address(state, config);
    if (!place) return give_up(kUsage, place.error().message);
    auto opened = open_if_there(*place);
    if (opened && *opened && to_write) {
      opened = store::open_store(*place, std::chrono::seconds(20));
    }
    if (!opened) return give_up(kUnavailable, opened.error().message);
    store = std::move(*opened);
    return std::nullopt;
  }
};

int list(const Arguments& arguments) {
  CLI::App app("Lists letters that wait, the newest first.",
               "lostletter held list [OPTION]...");
  Desk desk;
  desk.add_options(app);
  bool all = false;
  app.add_flag("--all", all, "Those that ended, too");
  store::HeldFilter filter;
  app.add_option("--submitter", filter.submitter, "Only this one's")
      ->type_name("TEXT");
  app.add_option("--most", filter.most, "At most so many (1000)");
  app.footer(
      "Ends with 0, 64 for a wrong command line, 69 when the store "
      "cannot be read.");
  if (const auto code = parse(app, arguments)) return *code;
  if (const auto code = desk.open(false)) return *code;
  if (!all) {
    filter.states = {HeldState::kHeld, HeldState::kReleasing,
                     HeldState::kHanded, HeldState::kReturning};
  }
  Output output;
  if (!desk.store) return output.finish(kOk);
  for (const HeldLetter& letter : desk.store->held().list_held(filter)) {
    output.write(desk.json ? held_json(letter) : held_line(letter));
  }
  return output.finish(kOk);
}

int stats(const Arguments& arguments) {
  CLI::App app("How many recipients of held letters are in which state.",
               "lostletter held stats [OPTION]...");
  Desk desk;
  desk.add_options(app);
  if (const auto code = parse(app, arguments)) return *code;
  if (const auto code = desk.open(false)) return *code;
  Output output;
  if (!desk.store) return output.finish(kOk);
  for (const auto& row : desk.store->held().count_held()) {
    output.write(
        desk.json
            ? held_json(row)
            : fmt::format(
                  "{:10} {:8} recipients {:12} bytes{}\n", to_string(row.state),
                  row.recipients, row.bytes,
                  row.oldest ? "  oldest " + to_rfc3339(*row.oldest) : ""));
  }
  return output.finish(kOk);
}

// CODE, or CODE/NUMBER for one recipient of it.
struct Which {
  std::string code;
  std::optional<std::size_t> number;
};
std::optional<Which> read_which(std::string_view text) {
  const auto slash = text.find('/');
  Which which{std::string(text.substr(0, slash)), std::nullopt};
  if (slash == text.npos) return which;
  std::size_t number = 0;
  const auto read = std::from_chars(text.data() + slash + 1,
                                    text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  which.number = number;
  return which;
}

Result<HeldLetter> find(const Desk& desk, const Which& which) {
  auto letter =
      desk.store ? desk.store->held().find_held(which.code) : std::nullopt;
  if (!letter) {
    return fail(
        fmt::format("no letter has the code '{}'", printable(which.code, 100)));
  }
  return std::move(*letter);
}

int show(const Arguments& arguments) {
  CLI::App app("Shows one held letter: addresses and states, never content.",
               "lostletter held show [OPTION]... CODE");
  Desk desk;
  desk.add_options(app);
  Arguments operands;
  if (const auto code = parse(app, arguments, &operands)) return *code;
  if (operands.size() != 1) return give_up(kUsage, "show takes one CODE");
  if (const auto code = desk.open(false)) return *code;
  const auto letter = find(desk, {operands[0], {}});
  if (!letter) return give_up(kData, letter.error().message);
  Output output;
  output.write(desk.json ? held_json(*letter) : held_page(*letter));
  return output.finish(kOk);
}

// What all that decide have in common.
struct Decision {
  Desk desk = {};
  bool as_operator = false;
  std::string reason;

  void add_options(CLI::App& app) {
    desk.add_options(app);
    app.add_flag("--as-operator", as_operator,
                 "You decide in the sender's stead");
    app.add_option("--reason", reason, "Why; the action log keeps it")
        ->type_name("TEXT");
    app.footer(
        "CODE is that of 'held list', CODE/NUMBER one recipient of it. Ends "
        "with 0, 64 for a\nwrong command line, 65 when there is no such letter "
        "or it was decided before, 69 when\nthe store cannot be written.");
  }

  std::optional<int> check() const {
    if (as_operator && !trim(reason).empty()) return std::nullopt;
    return give_up(kUsage,
                   "the sender decides about a letter; to do it in their "
                   "stead, say --as-operator and --reason TEXT");
  }

  store::Actor actor() const {
    const char* const name = ::getlogin();
    return {fmt::format("operator:{}", name != nullptr
                                           ? std::string(name)
                                           : fmt::format("uid {}", ::getuid())),
            reason};
  }
};

using Decide = std::function<bool(const HeldLetter&, const HeldRecipient&)>;

// Decides about the recipient named, or about all that are in `state`.
int decide(const Decision& decision, const std::string& operand,
           HeldState state, const Decide& decide_one) {
  const auto which = read_which(operand);
  if (!which) return give_up(kUsage, "CODE/NUMBER: the number is none");
  const auto letter = find(decision.desk, *which);
  if (!letter) return give_up(kData, letter.error().message);
  std::size_t done = 0;
  for (const HeldRecipient& one : letter->recipients) {
    if (which->number && one.number != *which->number) continue;
    if (one.state != state || (!which->number && !one.doubtful)) continue;
    if (decide_one(*letter, one)) ++done;
  }
  if (done == 0) {
    return give_up(kData, fmt::format("nothing of {} is {} any more; see "
                                      "'lostletter held show {}'",
                                      operand, to_string(state), which->code));
  }
  Output output;
  const auto after = find(decision.desk, *which);
  if (after) {
    output.write(decision.desk.json ? held_json(*after) : held_line(*after));
  }
  return output.finish(kOk);
}

hold::Answers answers_for(const Decision& decision) {
  return {*decision.desk.store, system_clock(),
          decision.desk.config.gate.remember};
}

int release(const Arguments& arguments) {
  CLI::App app(
      "Releases a letter to the addresses as typed. With --again, one whose "
      "handing over is\nuncertain: when the MTA's queue and log do not know "
      "it. With --done, one that they do\nknow.",
      "lostletter held release --as-operator --reason TEXT [OPTION]... CODE");
  Decision decision;
  decision.add_options(app);
  bool again = false;
  bool done = false;
  app.add_flag("--again", again, "The MTA never had it: send it");
  app.add_flag("--done", done, "The MTA had it: do not send it")
      ->excludes("--again");
  Arguments operands;
  if (const auto code = parse(app, arguments, &operands)) return *code;
  if (operands.size() != 1) return give_up(kUsage, "release takes one CODE");
  if (const auto code = decision.check()) return *code;
  if (const auto code = decision.desk.open(true)) return *code;
  if (!again && !done) {
    return decide(decision, operands[0], HeldState::kHeld,
                  [&](const HeldLetter& letter, const HeldRecipient& one) {
                    return answers_for(decision).release(
                               letter, one, one.address, decision.actor()) ==
                           hold::Decided::kNow;
                  });
  }
  // The MTA may still be at work on the connection that broke for us
  // (smtpd_timeout): what it has not committed yet is not in its queue.
  constexpr auto kSettled = std::chrono::minutes(10);
  const Seconds ripe = system_clock().now() - kSettled;
  const auto event = again ? HeldEvent::kSendAgain : HeldEvent::kCallDone;
  return decide(decision, operands[0], HeldState::kHanded,
                [&](const HeldLetter& letter, const HeldRecipient& one) {
                  if (again && one.changed_at > ripe) {
                    complain(
                        "the MTA may still be at work on it: wait until "
                        "ten minutes have passed");
                    return false;
                  }
                  return decision.desk.store->held().answer(
                      letter.code, one.number, event, one.target,
                      decision.actor(), system_clock().now());
                });
}

int redirect(const Arguments& arguments) {
  CLI::App app(
      "Sends a letter to another address than typed; without TO, to the one "
      "it resembles.",
      "lostletter held redirect --as-operator --reason TEXT [OPTION]... CODE "
      "[TO]");
  Decision decision;
  decision.add_options(app);
  Arguments operands;
  if (const auto code = parse(app, arguments, &operands)) return *code;
  if (operands.empty() || operands.size() > 2) {
    return give_up(kUsage, "redirect takes a CODE and perhaps an address");
  }
  if (const auto code = decision.check()) return *code;
  std::string target;
  if (operands.size() == 2) {
    const auto address = mail::Address::parse(operands[1]);
    if (!address) return give_up(kUsage, address.error().message);
    target = address->to_string();
  }
  if (const auto code = decision.desk.open(true)) return *code;
  return decide(decision, operands[0], HeldState::kHeld,
                [&](const HeldLetter& letter, const HeldRecipient& one) {
                  const auto& to = target.empty() ? one.intended : target;
                  return !to.empty() &&
                         answers_for(decision).release(letter, one, to,
                                                       decision.actor()) ==
                             hold::Decided::kNow;
                });
}

int discard(const Arguments& arguments) {
  CLI::App app("Does not send a letter. Its sender hears nothing of it.",
               "lostletter held discard --as-operator --reason TEXT "
               "[OPTION]... CODE");
  Decision decision;
  decision.add_options(app);
  Arguments operands;
  if (const auto code = parse(app, arguments, &operands)) return *code;
  if (operands.size() != 1) return give_up(kUsage, "discard takes one CODE");
  if (const auto code = decision.check()) return *code;
  if (const auto code = decision.desk.open(true)) return *code;
  return decide(decision, operands[0], HeldState::kHeld,
                [&](const HeldLetter& letter, const HeldRecipient& one) {
                  return answers_for(decision).discard(letter, one,
                                                       decision.actor()) ==
                         hold::Decided::kNow;
                });
}

int rekey(const Arguments& arguments) {
  CLI::App app(
      "Adds a key to the key file and seals all held letters with it. Guards "
      "that share a\ndatabase need a copy of the file: with --new-key alone "
      "first, then copy it, then run\nthis without.",
      "lostletter held rekey [OPTION]...");
  Desk desk;
  desk.add_options(app);
  bool only_new = false;
  bool no_new = false;
  app.add_flag("--new-key", only_new, "Only add the key");
  app.add_flag("--seal", no_new, "Only seal anew, with the newest key there is")
      ->excludes("--new-key");
  if (const auto code = parse(app, arguments)) return *code;
  if (const auto code = desk.open(true)) return *code;
  const bool is_address = desk.state.find("://") != desk.state.npos;
  store::KeyFile file(
      key_file_of(desk.config.gate.hold,
                  state_directory(is_address ? "" : desk.state, desk.config)));
  Output output;
  if (!no_new) {
    const auto name = file.add_key();
    if (!name) return give_up(kIo, name.error().message);
    output.write(fmt::format("key {} added to {}\n", *name, file.path()));
  }
  if (only_new || !desk.store) return output.finish(kOk);
  const auto keys = file.keys();
  if (!keys) return give_up(kIo, keys.error().message);
  const auto resealed =
      store::reseal_all(desk.store->held(), **keys, system_clock().now());
  for (const Error& one : resealed.failed) complain(one.message);
  output.write(fmt::format("{} letters sealed anew, {} ended meanwhile\n",
                           resealed.done, resealed.gone));
  return output.finish(resealed.failed.empty() ? kOk : kData);
}

constexpr Command kCommands[] = {
    {"list", "letters that wait", list},
    {"show", "one of them", show},
    {"release", "send it as typed", release},
    {"redirect", "send it to another address", redirect},
    {"discard", "do not send it", discard},
    {"stats", "how many are in which state", stats},
    {"rekey", "seal them with a new key", rekey},
};

}  // namespace

int held_command(const Arguments& arguments) {
  return dispatch("lostletter held", kCommands, arguments);
}

}  // namespace lostletter::programs
