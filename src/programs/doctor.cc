// SPDX-License-Identifier: Apache-2.0
//
// lostletter doctor: is this host set up right? Asks Postfix what it is
// configured to do, tries every socket, and prints the lines that are missing.
// Changes nothing.
#include <array>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/wait.h>

#include "base/text.h"
#include "hold/addresses.h"
#include "programs/commands.h"
#include "programs/exit_code.h"
#include "programs/hold_house.h"
#include "programs/output.h"
#include "programs/probe.h"
#include "programs/setup.h"
#include "store/open.h"
#include "store/store.h"

namespace lostletter::programs {
namespace {

// What one look found. `fix` are lines to run as they are.
struct Symptom {
  enum class Grade { kFine, kAdvice, kWrong };
  Grade grade = Grade::kFine;
  std::string text;
  std::vector<std::string> fix = {};
};

struct Patient {
  const config::Config& config;
  const std::string& state;  // directory
  const store::StoreAddress& place;
  const Postfix* postfix;  // null: none to ask
};

using Symptoms = std::vector<Symptom>;
using Grade = Symptom::Grade;

Symptom connected(std::string_view what, const net::Endpoint& endpoint) {
  const std::string name = endpoint.to_string();
  if (const auto reached = connect_once(endpoint); !reached) {
    return {Grade::kWrong,
            fmt::format("{} {}: {}", what, name, reached.error().message)};
  }
  return {Grade::kFine, fmt::format("{} {} answers", what, name)};
}

// The milter sockets, as anybody and as the user Postfix runs as.
Symptoms look_at_sockets(const Patient& patient) {
  Symptoms found;
  for (const config::Milter& milter : patient.config.milters) {
    const net::Endpoint& endpoint = milter.gate.endpoint;
    if (endpoint.kind == net::Endpoint::Kind::kInherited) continue;
    found.push_back(connected("milter", endpoint));
    if (endpoint.kind != net::Endpoint::Kind::kUnix) continue;
    if (const auto may = may_connect("postfix", endpoint.path); !may) {
      found.push_back({Grade::kWrong,
                       may.error().message,
                       {"socket_group = \"postfix\"   # in its [[milter]]"}});
    }
  }
  return found;
}

Symptoms look_at_hold(const Patient& patient) {
  const hold::Options& options = patient.config.gate.hold;
  if (options.listen.empty()) {
    return {{Grade::kAdvice,
             "nothing is held: hold.listen is not set, so that programs and "
             "local mail are refused or only watched"}};
  }
  Symptoms found;
  if (const auto endpoint = net::Endpoint::parse(options.listen)) {
    found.push_back(connected("hold listener", *endpoint));
  }
  if (const auto endpoint = net::Endpoint::parse(options.mta)) {
    found.push_back(connected("hold.mta", *endpoint));
  }
  const auto keys = check_key_file(key_file_of(options, patient.state));
  found.push_back(keys ? Symptom{Grade::kFine, "the key file is usable"}
                       : Symptom{Grade::kWrong, keys.error().message});
  return found;
}

Symptoms look_at_store(const Patient& patient) {
  const auto store = open_if_there(patient.place);
  const std::string name = place_of(patient.place);
  if (!store) return {{Grade::kWrong, store.error().message}};
  if (!*store) {
    return {{Grade::kAdvice,
             name + " has no store yet: 'lostletter serve' makes it"}};
  }
  Symptoms found = {{Grade::kFine, "the store in " + name + " can be read"}};
  if (patient.place.kind == store::StoreAddress::Kind::kSqlite) return found;
  const auto copies = store::replication_state(patient.place);
  if (!copies) {
    found.push_back({Grade::kWrong, copies.error().message});
  } else {
    const bool safe = copies->state == store::Replication::State::kSynchronous;
    found.push_back({safe ? Grade::kFine : Grade::kWrong, copies->detail});
  }
  return found;
}

// "inet:127.0.0.1:8894" as main.cf has it; a unix path may be relative to the
// queue directory, where a chroot begins.
bool names(std::string_view setting, const net::Endpoint& endpoint) {
  if (endpoint.kind == net::Endpoint::Kind::kUnix) {
    const auto slash = endpoint.path.rfind('/');
    return setting.find(endpoint.path.substr(slash + 1)) != setting.npos;
  }
  return setting.find(fmt::format(":{}", endpoint.port)) != setting.npos;
}

Symptoms look_at_milters(const Patient& patient) {
  Symptoms found;
  for (const config::Milter& milter : patient.config.milters) {
    const bool local = milter.gate.traffic == gate::Traffic::kLocal;
    const std::string key = local ? "non_smtpd_milters" : "smtpd_milters";
    const std::string name = milter.gate.endpoint.to_string();
    if (names(patient.postfix->get(key), milter.gate.endpoint) ||
        (!local && patient.postfix->master_names(key, milter.gate.endpoint))) {
      found.push_back({Grade::kFine, fmt::format("{} has {}", key, name)});
      continue;
    }
    found.push_back(
        {Grade::kWrong,
         fmt::format("Postfix does not ask {}: it is not in {}", name, key),
         {fmt::format("postconf -e '{} = {{ {}, connect_timeout=5s, "
                      "command_timeout=15s, content_timeout=120s, "
                      "default_action=tempfail }}'",
                      key, name)}});
  }
  const std::string action = patient.postfix->get("milter_default_action");
  if (action == "accept") {
    found.push_back({Grade::kWrong,
                     "milter_default_action = accept: while lostletter is "
                     "away, letters go out unguarded",
                     {"postconf -e 'milter_default_action = tempfail'"}});
  }
  return found;
}

// Which transport the MTA has for the hold name.
Symptoms look_at_transport(const Patient& patient) {
  const hold::Options& options = patient.config.gate.hold;
  if (options.listen.empty()) return {};
  const std::string wanted = "lmtp:" + options.listen;
  Symptoms found;
  for (const auto kind :
       {hold::AddressKind::kLetter, hold::AddressKind::kAcknowledgement,
        hold::AddressKind::kReply}) {
    const std::string address =
        hold::hold_address(kind, "doctor", options.domain);
    if (patient.postfix->transport_of(address) == wanted) continue;
    std::string pattern;
    for (const char c : options.domain) {
      pattern += c == '.' ? std::string("\\.") : std::string(1, c);
    }
    found.push_back(
        {Grade::kWrong,
         fmt::format("mail to {} would not come to {}", address, wanted),
         {fmt::format("postconf -e 'transport_maps = {} regexp:{{ "
                      "{{/@([a-z]+\\.)?{}$$/ {}}} }}'",
                      patient.postfix->get_raw("transport_maps"), pattern,
                      wanted)}});
    return found;
  }
  found.push_back(
      {Grade::kFine, fmt::format("mail to {} comes to us", options.domain)});
  return found;
}

// CVE-2023-51764: a lone line feed ends a letter for some servers only.
Symptoms look_at_smuggling(const Patient& patient) {
  const std::string set = patient.postfix->get("smtpd_forbid_bare_newline");
  if (set == "yes" || set == "normalize") {
    return {{Grade::kFine, "lone line feeds are not taken for line ends"}};
  }
  return {{Grade::kWrong,
           "smtpd_forbid_bare_newline is off: one letter can be smuggled in "
           "another, past every check of its envelope",
           {"postconf -e 'smtpd_forbid_bare_newline = normalize'"}}};
}

struct Look {
  std::string_view name;
  bool needs_postfix;
  Symptoms (*look)(const Patient& patient);
};
constexpr Look kLooks[] = {
    {"store", false, look_at_store},
    {"sockets", false, look_at_sockets},
    {"hold", false, look_at_hold},
    {"milters", true, look_at_milters},
    {"transport", true, look_at_transport},
    {"line ends", true, look_at_smuggling},
};

std::string to_text(std::string_view name, const Symptom& one) {
  constexpr std::array<std::string_view, 3> kWords = {"ok", "advice", "WRONG"};
  std::string text =
      fmt::format("{:6} {:9} {}\n", kWords[static_cast<std::size_t>(one.grade)],
                  name, printable(one.text, 1000));
  for (const std::string& line : one.fix) text += "         " + line + '\n';
  return text;
}

}  // namespace

int doctor(const Arguments& arguments) {
  CLI::App app(
      "Is this host set up right? Tries the sockets, asks Postfix for its "
      "settings, and\nprints what is missing, with the lines that mend it. "
      "Changes nothing.",
      "lostletter doctor [OPTION]...");
  std::string state;
  std::string config_file;
  std::string postfix_directory;
  bool no_postfix = false;
  add_state_option(app, state);
  add_config_option(app, config_file);
  app.add_option("--postfix", postfix_directory,
                 "Postfix's configuration directory; else its own default")
      ->type_name("DIR");
  app.add_flag("--no-postfix", no_postfix, "Do not ask Postfix");
  app.footer(
      "Ends with 0 when nothing is wrong, 1 when something is, 64 for a "
      "wrong command line,\n78 for a wrong configuration.");
  if (const auto code = parse(app, arguments)) return *code;
  const auto config = load_config(config_file);
  if (!config) return give_up(kBadConfig, config.error().message);

  const Postfix postfix(postfix_directory);
  const auto place = store_address(state, *config);
  if (!place) return give_up(kUsage, place.error().message);
  const bool is_address = state.find("://") != state.npos;
  const std::string directory =
      state_directory(is_address ? "" : state, *config);
  const bool asks = !no_postfix && postfix.is_there();
  const Patient patient{*config, directory, *place, asks ? &postfix : nullptr};
  Output output;
  bool wrong = false;
  for (const Look& look : kLooks) {
    if (look.needs_postfix && !asks) continue;
    for (const Symptom& one : look.look(patient)) {
      wrong = wrong || one.grade == Grade::kWrong;
      output.write(to_text(look.name, one));
    }
  }
  if (!asks && !no_postfix) {
    output.write("advice postfix   there is no postconf(1) here to ask\n");
  }
  return output.finish(wrong ? kFound : kOk);
}

}  // namespace lostletter::programs
