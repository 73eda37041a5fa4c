// SPDX-License-Identifier: Apache-2.0
//
// lostletter sinkhole: the mail server of names that one holds because they are
// typing errors. It says no, says what was meant, and counts.
#include <csignal>
#include <filesystem>
#include <optional>

#include <CLI/CLI.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "config/config.h"
#include "net/endpoint.h"
#include "programs/commands.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/privileges.h"
#include "programs/setup.h"
#include "programs/sinkhole_commands.h"
#include "sinkhole/diary.h"
#include "sinkhole/door.h"
#include "smtp/server.h"

namespace lostletter::programs {
namespace {

// The command line, which goes over [sinkhole] of the configuration.
struct Options {
  std::string config;
  std::string state;
  std::string user;
  config::Sinkhole given;
  std::string tarpit;
  std::string retain;
  std::optional<std::size_t> most_sessions;
  std::optional<std::size_t> most_of_one;
};

void describe(CLI::App& app, Options& options) {
  add_config_option(app, options.config);
  app.add_option("--listen", options.given.listen,
                 "Where to listen; fd:NAME for a socket of the service "
                 "manager; may be repeated")
      ->allow_extra_args(false)
      ->type_name("ADDR:PORT");
  app.add_option("--name", options.given.names,
                 "A wrong name one holds and what is meant by it: "
                 "army.ml=army.mil; names below it are included; may be "
                 "repeated")
      ->allow_extra_args(false)
      ->type_name("WRONG=MEANT");
  app.add_option("--state", options.state,
                 "Keep counts there, for 'sinkhole report'; else nothing is "
                 "remembered")
      ->type_name("DIR");
  app.add_option("--host", options.given.host,
                 "How this server calls itself; else the name of this host")
      ->type_name("NAME");
  app.add_option("--user", options.user,
                 "Whom to become once the sockets are open")
      ->type_name("NAME");
  app.add_option("--tls-cert", options.given.certificate,
                 "Offer STARTTLS with this certificate and its chain (PEM)")
      ->type_name("FILE");
  app.add_option("--tls-key", options.given.key, "Its private key (PEM)")
      ->type_name("FILE");
  app.add_option("--most-sessions", options.most_sessions,
                 "Clients at a time; the next ones hear 421 (12000)")
      ->type_name("N");
  app.add_option("--most-of-one", options.most_of_one,
                 "Sessions of one address at a time (100)")
      ->type_name("N");
  app.add_option("--proxy", options.given.proxies,
                 "A balancer in front, or its network: its connections must "
                 "begin with the PROXY protocol; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NETWORK");
  app.add_option("--tarpit", options.tarpit,
                 "Wait so long before each answer, such as '5 s', at most a "
                 "minute")
      ->type_name("TIME");
  app.add_option("--retain", options.retain,
                 "What is kept of addresses: hashes, or addresses in the clear "
                 "for a month")
      ->type_name("WHAT")
      ->check(CLI::IsMember({"hashes", "addresses"}));
  app.add_option("--legal-note", options.given.legal_note,
                 "On what ground addresses are kept; it stands on each file "
                 "that has them")
      ->type_name("TEXT");
  app.footer(
      "Every recipient at a wrong name hears 550 5.1.2 and the name that was "
      "meant, any\nother 554 5.7.1. No letter is ever taken.\n"
      "What is not given here [sinkhole] of the configuration says. Ends with "
      "0 after\nSIGTERM or SIGINT, 64 for a wrong command line, 69 when a port "
      "or the state\ndirectory cannot be used, 78 for a wrong configuration.\n"
      "'lostletter sinkhole report' says what was counted, 'lostletter "
      "sinkhole "
      "queries' counts\nquestions to name servers instead of letters.");
}

std::string own_host_name() {
  std::string name(256, '\0');
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  name.resize(name.find('\0'));
  return domain::Name::parse(name) ? name : "localhost";
}

// A session is a descriptor.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<int> open_listener(const std::string& text) {
  const auto endpoint = config::parse_listen(text);
  if (!endpoint) return std::unexpected(endpoint.error());
  net::ListenOptions listening;
  listening.backlog = 4096;
  auto descriptor = net::listen(*endpoint, listening);
  if (descriptor) {
    auto shown = *endpoint;
    if (shown.port == 0) shown.port = net::bound_port(*descriptor);
    log_event(Event::kListening, {{"endpoint", shown.to_string()}});
  }
  return descriptor;
}

// What was given, over what the file says. Errors are of the command line.
Result<void> apply(const Options& options, config::Config& config) {
  config::Sinkhole& to = config.sinkhole;
  const config::Sinkhole& given = options.given;
  const auto take = [](const auto& from, auto& into) {
    if (!from.empty()) into = from;
  };
  take(given.listen, to.listen);
  take(given.names, to.names);
  take(given.host, to.host);
  take(given.certificate, to.certificate);
  take(given.key, to.key);
  take(given.proxies, to.proxies);
  take(given.legal_note, to.legal_note);
  take(options.state, config.state_directory);
  take(options.user, config.user);
  to.most_sessions = options.most_sessions.value_or(to.most_sessions);
  to.most_of_one = options.most_of_one.value_or(to.most_of_one);
  if (!options.retain.empty()) {
    to.retain_addresses = options.retain == "addresses";
  }
  if (options.tarpit.empty()) return {};
  const auto tarpit = config::parse_span(options.tarpit);
  if (!tarpit) return fail("--tarpit: " + tarpit.error().message);
  if (*tarpit > std::chrono::minutes(1)) {
    return fail("--tarpit: at most '60 s': clients give up");
  }
  to.tarpit = *tarpit;
  return {};
}

// What is missing, or does not go together.
Result<void> check_use(const config::Config& config) {
  const config::Sinkhole& wanted = config.sinkhole;
  if (wanted.listen.empty()) {
    return fail("say with --listen where, such as 192.0.2.1:25");
  }
  if (wanted.names.empty()) {
    return fail("say with --name what is held: army.ml=army.mil");
  }
  if (wanted.certificate.empty() != wanted.key.empty()) {
    return fail("--tls-cert and --tls-key belong together");
  }
  if (wanted.retain_addresses && trim(wanted.legal_note).empty()) {
    return fail(
        "addresses in the clear need --legal-note: on what ground are they "
        "kept?");
  }
  if (wanted.retain_addresses && config.state_directory.empty()) {
    return fail("say with --state where addresses are kept");
  }
  if (const auto proxies = net::Networks::parse(wanted.proxies); !proxies) {
    return fail("--proxy: " + proxies.error().message);
  }
  return {};
}

// As root: the directory is given to the user first, so that what is made in it
// is theirs.
Result<void> drop_privileges(const config::Config& config) {
  if (config.user.empty() || !is_root()) return {};
  const auto identity = find_user(config.user);
  if (!identity) return std::unexpected(identity.error());
  if (!config.state_directory.empty()) {
    if (auto made = make_directory(config.state_directory); !made) return made;
    if (auto given = give(config.state_directory, *identity); !given) {
      return given;
    }
  }
  return become(*identity);
}

smtp::ServerOptions server_options(const config::Sinkhole& wanted) {
  smtp::ServerOptions serving;
  serving.host = wanted.host.empty() ? own_host_name() : wanted.host;
  serving.certificate = wanted.certificate;
  serving.key = wanted.key;
  serving.most_sessions = wanted.most_sessions;
  serving.most_of_one = wanted.most_of_one;
  serving.proxies = net::Networks::parse(wanted.proxies).value();
  serving.tarpit = wanted.tarpit;
  return serving;
}

int serve(const config::Sinkhole& wanted, const sinkhole::Names& names,
          const std::vector<int>& descriptors, sinkhole::Diary& diary,
          smtp::Server& server) {
  sinkhole::House house{
      names, system_clock(),
      [&diary]() -> const std::string& { return diary.key(); },
      [&diary](const sinkhole::Refusal& one) { diary.note(one); }};
  if (wanted.retain_addresses) {
    house.enrol = [&diary](const sinkhole::Entry& one) { diary.enrol(one); };
  }
  const auto refusing = smtp::refuse_all(
      {.host = server_options(wanted).host,
       .offers_tls = !wanted.certificate.empty()},
      [&house](const smtp::Peer& peer) {
        return std::make_unique<sinkhole::Door>(house, peer.address);
      });
  for (const int descriptor : descriptors) server.add(descriptor, refusing);
  server.every(std::chrono::seconds(5), [&diary] { diary.save(); });
  for (const int signal : {SIGTERM, SIGINT}) {
    server.on_signal(signal, [&server] {
      log_event(Event::kStopping);
      server.stop();
    });
  }
  log_event(Event::kStarted,
            {{"version", LOSTLETTER_VERSION},
             {"names", static_cast<std::int64_t>(names.all().size())},
             {"retain", wanted.retain_addresses ? "addresses" : "hashes"}});
  server.run();
  const bool saved = diary.save();
  log_event(Event::kStopped);
  return saved ? kOk : kUnavailable;
}

int open_and_serve(const config::Config& config, const sinkhole::Names& names) {
  const config::Sinkhole& wanted = config.sinkhole;
  raise_descriptor_limit();
  std::vector<int> descriptors;
  for (const std::string& text : wanted.listen) {
    const auto descriptor = open_listener(text);
    if (!descriptor) return give_up(kUnavailable, descriptor.error().message);
    descriptors.push_back(*descriptor);
  }
  // The key is root's to read.
  const auto server = smtp::Server::make(server_options(wanted));
  if (!server) return give_up(kUnavailable, server.error().message);
  if (auto dropped = drop_privileges(config); !dropped) {
    return give_up(kUnavailable, dropped.error().message);
  }
  auto diary = sinkhole::Diary::open(config.state_directory, system_clock());
  if (!diary) return give_up(kUnavailable, diary.error().message);
  if (wanted.retain_addresses) {
    if (auto kept = diary->retain_addresses(wanted.legal_note); !kept) {
      return give_up(kUnavailable, kept.error().message);
    }
  }
  return serve(wanted, names, descriptors, *diary, **server);
}

int run(const Arguments& arguments) {
  CLI::App app(
      "Answers for wrong names that one holds: refuses every letter before it "
      "is sent,\nsays which name was meant, counts.",
      "lostletter sinkhole");
  Options options;
  describe(app, options);
  if (const auto code = parse(app, arguments)) return *code;
  auto config = load_config(options.config);
  if (!config) return give_up(kBadConfig, config.error().message);
  if (auto applied = apply(options, *config); !applied) {
    return give_up(kUsage, applied.error().message);
  }
  if (auto fine = check_use(*config); !fine) {
    return give_up(kUsage, fine.error().message);
  }
  const auto names = sinkhole::Names::parse(config->sinkhole.names);
  if (!names) return give_up(kUsage, "--name: " + names.error().message);
  return open_and_serve(*config, *names);
}

}  // namespace

int sinkhole(const Arguments& arguments) {
  if (arguments.empty()) return run(arguments);
  const Arguments rest(arguments.begin() + 1, arguments.end());
  if (arguments.front() == "report") return sinkhole_report(rest);
  if (arguments.front() == "queries") return sinkhole_queries(rest);
  return run(arguments);
}

}  // namespace lostletter::programs
