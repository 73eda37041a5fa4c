// SPDX-License-Identifier: Apache-2.0
//
// lostletter serve: the guard of an MTA, with its page. What it is made of is
// in guard_house.h.
#include <csignal>

#include <CLI/CLI.hpp>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/log.h"
#include "programs/commands.h"
#include "programs/engine.h"
#include "programs/exit_code.h"
#include "programs/guard_house.h"
#include "programs/output.h"
#include "programs/privileges.h"
#include "programs/settings.h"
#include "programs/setup.h"

namespace lostletter::programs {
namespace {

void describe(CLI::App& app, Flags& flags) {
  add_config_option(app, flags.config);
  app.add_option("--state", flags.state,
                 "State directory; else $STATE_DIRECTORY, else "
                 "$XDG_STATE_HOME/lostletter")
      ->type_name("DIR");
  app.add_option("--milter", flags.milters,
                 "Listen for an MTA there, instead of where the file says: "
                 "unix:/path or inet:host:port, and keys of [[milter]] behind "
                 "commas (traffic=relay,mode=watch,on_failure=accept); may be "
                 "repeated")
      ->allow_extra_args(false)
      ->type_name("SPEC");
  app.add_option("--http", flags.http, "The page and the API, or off")
      ->type_name("ADDR:PORT");
  app.footer(
      "Ends with 0 after SIGTERM or SIGINT, 64 for a wrong command line, 69 "
      "when a port\nor the state directory is taken, 78 for a wrong "
      "configuration. SIGHUP reads the\nconfiguration again.");
}

int fail_with(int code, const Error& error) {
  complain(error.message);
  return code;
}

// Flags that are wrong in themselves are a wrong command line.
Result<void> check_flags(const Flags& flags) {
  for (const std::string& spec : flags.milters) {
    if (auto milter = config::parse_milter(spec); !milter) {
      return fail("--milter: " + milter.error().message);
    }
  }
  config::Config scratch;
  if (flags.http.empty()) return {};
  auto done = config::set_http(scratch, flags.http);
  if (!done) return fail("--http: " + done.error().message);
  return {};
}

// Every session is a descriptor; the usual limit of 1024 is for programs that
// use select(2).
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int serve(const Arguments& arguments) {
  // A reload that is asked for before there is anything to reload.
  std::signal(SIGHUP, SIG_IGN);

  // The command line.
  CLI::App app("Guards an MTA: milter listeners, page and API in one process.",
               "lostletter serve");
  Flags flags;
  describe(app, flags);
  if (const auto code = parse(app, arguments)) return *code;
  if (auto fine = check_flags(flags); !fine) {
    return fail_with(kUsage, fine.error());
  }

  // The configuration, and the engine it asks for.
  const auto config = read_settings(flags);
  if (!config) return fail_with(kBadConfig, config.error());
  std::optional<Identity> identity;
  if (is_root() && !config->user.empty()) {
    auto found = find_user(config->user);
    if (!found) return fail_with(kBadConfig, found.error());
    identity = std::move(*found);
  }
  set_log(config->log_format, config->log_level);
  auto ground = Groundwork::lay(*config);
  if (!ground) return fail_with(kBadConfig, ground.error());
  for (const std::string& notice : ground->notices()) complain(notice);

  // The house.
  ::umask(027);  // what is stored is nobody else's
  raise_descriptor_limit();
  GuardHouse house(flags, *config, std::move(*ground), std::move(identity));
  if (auto opened = house.open(); !opened) {
    return fail_with(kUnavailable, opened.error());
  }
  Output output;
  output.write(house.welcome());
  output.flush();
  house.run();
  return kOk;
}

}  // namespace lostletter::programs
