// SPDX-License-Identifier: Apache-2.0
#include "programs/settings.h"

#include <algorithm>
#include <utility>

#include "dns/guard_names.h"
#include "programs/output.h"
#include "programs/setup.h"

namespace lostletter::programs {
namespace {

std::vector<gate::ListenerOptions> listeners_of(const config::Config& config) {
  std::vector<gate::ListenerOptions> listeners;
  for (const config::Milter& milter : config.milters) {
    listeners.push_back(milter.gate);
  }
  return listeners;
}

// What is given to the milter server and to the kernel once.
bool same_sockets(const std::vector<config::Milter>& a,
                  const std::vector<config::Milter>& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
    return x.gate.endpoint == y.gate.endpoint &&
           x.gate.on_failure == y.gate.on_failure &&
           x.socket.mode == y.socket.mode && x.socket.group == y.socket.group;
  });
}

// Of an answer to the MTA a third may be spent on the DNS.
std::shared_ptr<guard::NameService> names_of(const config::Config& config) {
  if (config.resolvers.empty()) return nullptr;
  dns::ResolverOptions asking;
  for (const std::string& text : config.resolvers) {
    if (text == config::kHostResolvers) continue;
    // The configuration is checked.
    if (auto server = dns::Server::parse(text)) {
      asking.servers.push_back(std::move(*server));
    }
  }
  auto names = dns::GuardNames::open(std::move(asking),
                                     {.of_one = config.decision_time / 3},
                                     {.directory = config.state_directory});
  if (names) return std::move(*names);
  complain(names.error().message);
  return nullptr;
}

}  // namespace

Result<config::Config> read_settings(const Flags& flags) {
  Result<config::Config> config = load_config(flags.config);
  if (!config) return config;
  if (auto done = config::read_token(*config); !done) {
    return std::unexpected(done.error());
  }
  if (!flags.milters.empty()) config->milters.clear();
  for (const std::string& spec : flags.milters) {
    Result<config::Milter> milter = config::parse_milter(spec);
    if (!milter) return fail("--milter: " + milter.error().message);
    config->milters.push_back(std::move(*milter));
    config->origins["milter"] = "--milter";
  }
  if (!flags.http.empty()) {
    if (auto done = config::set_http(*config, flags.http); !done) {
      return fail("--http: " + done.error().message);
    }
    config->origins["http.listen"] = "--http";
  }
  if (!flags.state.empty()) config->origins["state_directory"] = "--state";
  config->state_directory = state_directory(flags.state, *config);
  if (auto fine = config::check(*config); !fine) {
    return std::unexpected(fine.error());
  }
  return config;
}

std::shared_ptr<const gate::Policy> make_policy(
    const config::Config& config,
    std::shared_ptr<const guard::Assessor> assessor) {
  return std::make_shared<const gate::Policy>(
      gate::Policy{config.gate, listeners_of(config), std::move(assessor),
                   names_of(config)});
}

std::shared_ptr<const gate::Policy> remake_policy(
    const gate::Policy& running, const config::Config& config,
    std::shared_ptr<const guard::Assessor> assessor) {
  std::vector<gate::ListenerOptions> listeners = running.listeners;
  for (gate::ListenerOptions& listener : listeners) {
    for (const config::Milter& milter : config.milters) {
      if (milter.gate.endpoint == listener.endpoint) listener = milter.gate;
    }
  }
  return std::make_shared<const gate::Policy>(
      gate::Policy{config.gate, std::move(listeners), std::move(assessor),
                   names_of(config)});
}

learning::PupilRules pupil_rules(const config::Config& config) {
  return {.us = config.gate.our_domains,
          .believed = config.believed,
          .retention = config.retention};
}

std::vector<std::string> needs_restart(const config::Config& running,
                                       const config::Config& wanted) {
  std::vector<std::string> keys;
  for (const std::string key :
       {"state_directory", "store", "user", "http.listen", "decision_time",
        "log.format", "log.level"}) {
    if (config::value_of(running, key) != config::value_of(wanted, key)) {
      keys.push_back(key);
    }
  }
  if (running.http_token != wanted.http_token) keys.emplace_back("http.token");
  if (!same_sockets(running.milters, wanted.milters)) {
    keys.emplace_back("milter");
  }
  return keys;
}

}  // namespace lostletter::programs
