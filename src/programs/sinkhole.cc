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
#include "net/endpoint.h"
#include "programs/commands.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/privileges.h"
#include "programs/sinkhole_commands.h"
#include "programs/sinkhole_diary.h"
#include "sinkhole/door.h"
#include "smtp/server.h"

namespace lostletter::programs {
namespace {

struct Options {
  std::vector<std::string> listen;
  std::vector<std::string> names;
  std::string state;
  std::string host;
  std::string user;
  std::string certificate;
  std::string key;
  std::size_t most_sessions = 12'000;
  std::size_t most_of_one = 100;
};

void describe(CLI::App& app, Options& options) {
  app.add_option("--listen", options.listen,
                 "Where to listen; fd:NAME for a socket of the service "
                 "manager; may be repeated")
      ->allow_extra_args(false)
      ->type_name("ADDR:PORT");
  app.add_option("--name", options.names,
                 "A wrong name one holds and what is meant by it: "
                 "army.ml=army.mil; names below it are included; may be "
                 "repeated")
      ->allow_extra_args(false)
      ->type_name("WRONG=MEANT");
  app.add_option("--state", options.state,
                 "Keep counts there, for 'sinkhole report'; else nothing is "
                 "remembered")
      ->type_name("DIR");
  app.add_option("--host", options.host,
                 "How this server calls itself; else the name of this host")
      ->type_name("NAME");
  app.add_option("--user", options.user,
                 "Whom to become once the sockets are open")
      ->type_name("NAME");
  app.add_option("--tls-cert", options.certificate,
                 "Offer STARTTLS with this certificate and its chain (PEM)")
      ->type_name("FILE");
  app.add_option("--tls-key", options.key, "Its private key (PEM)")
      ->type_name("FILE");
  app.add_option("--most-sessions", options.most_sessions,
                 "Clients at a time; the next ones hear 421")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--most-of-one", options.most_of_one,
                 "Sessions of one address at a time")
      ->type_name("N")
      ->capture_default_str();
  app.footer(
      "Every recipient at a wrong name hears 550 5.1.2 and the name that was "
      "meant, any\nother 554 5.7.1. No letter is ever taken, no address kept.\n"
      "Ends with 0 after SIGTERM or SIGINT, 64 for a wrong command line, 69 "
      "when a port\nor the state directory cannot be used.\n"
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
  const auto endpoint =
      net::Endpoint::parse(text.starts_with("fd:") ? text : "inet:" + text);
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

Result<void> drop_privileges(const Options& options) {
  if (options.user.empty() || !is_root()) return {};
  const auto identity = find_user(options.user);
  if (!identity) return std::unexpected(identity.error());
  if (!options.state.empty()) {
    if (auto given = give(options.state, *identity); !given) return given;
  }
  return become(*identity);
}

int serve(const Options& options, const sinkhole::Names& names,
          const std::vector<int>& descriptors, SinkholeDiary& diary) {
  const sinkhole::House house{
      names, system_clock(),
      [&diary]() -> const std::string& { return diary.key(); },
      [&diary](const sinkhole::Refusal& one) { diary.note(one); }};
  smtp::ServerOptions serving;
  serving.host = options.host.empty() ? own_host_name() : options.host;
  serving.certificate = options.certificate;
  serving.key = options.key;
  serving.most_sessions = options.most_sessions;
  serving.most_of_one = options.most_of_one;
  auto made = smtp::Server::make(serving);
  if (!made) return give_up(kUnavailable, made.error().message);
  smtp::Server& server = **made;
  const auto refusing = smtp::refuse_all(
      {.host = serving.host, .offers_tls = !options.certificate.empty()},
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
             {"names", static_cast<std::int64_t>(names.all().size())}});
  server.run();
  const bool saved = diary.save();
  log_event(Event::kStopped);
  return saved ? kOk : kUnavailable;
}

int run(const Arguments& arguments) {
  CLI::App app(
      "Answers for wrong names that one holds: refuses every letter before it "
      "is sent,\nsays which name was meant, counts.",
      "lostletter sinkhole");
  Options options;
  describe(app, options);
  if (const auto code = parse(app, arguments)) return *code;
  if (options.listen.empty()) {
    return give_up(kUsage, "say with --listen where, such as 192.0.2.1:25");
  }
  if (options.names.empty()) {
    return give_up(kUsage, "say with --name what is held: army.ml=army.mil");
  }
  if (options.certificate.empty() != options.key.empty()) {
    return give_up(kUsage, "--tls-cert and --tls-key belong together");
  }
  const auto names = sinkhole::Names::parse(options.names);
  if (!names) return give_up(kUsage, "--name: " + names.error().message);
  raise_descriptor_limit();
  std::vector<int> descriptors;
  for (const std::string& text : options.listen) {
    const auto descriptor = open_listener(text);
    if (!descriptor) return give_up(kUnavailable, descriptor.error().message);
    descriptors.push_back(*descriptor);
  }
  auto diary = SinkholeDiary::open(options.state, system_clock());
  if (!diary) return give_up(kUnavailable, diary.error().message);
  if (auto dropped = drop_privileges(options); !dropped) {
    return give_up(kUnavailable, dropped.error().message);
  }
  return serve(options, *names, descriptors, *diary);
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
