// SPDX-License-Identifier: Apache-2.0
//
// lostletter explain: what was known when a recipient was judged, whether the
// engine and the rules of today say the same, and by which arithmetic.
#include <algorithm>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/text.h"
#include "mail/address.h"
#include "programs/arithmetic.h"
#include "programs/assessment_text.h"
#include "programs/commands.h"
#include "programs/engine.h"
#include "programs/exit_code.h"
#include "programs/memory.h"
#include "programs/output.h"
#include "programs/setup.h"
#include "store/store.h"

namespace lostletter::programs {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string state;
  std::string config;
  std::string from;
  bool json = false;
};

void describe(CLI::App& app, Options& options) {
  add_state_option(app, options.state);
  add_config_option(app, options.config);
  app.add_option("--from", options.from,
                 "The sender of an ADDRESS, whose correspondence is weighed in")
      ->type_name("ADDRESS");
  app.add_flag("--json", options.json, "One JSON object");
  app.footer(
      "ID is the reference in a refusal, in the log and in the answers of the "
      "API; an\nADDRESS is judged now, with what --state knows of its "
      "correspondence. Ends with 0,\n65 when no verdict has the ID, 69 when "
      "the "
      "store cannot be read.");
}

// Crockford's base 32 (base/random.h), as people read it to each other: in any
// case, with o for 0, i and l for 1, and hyphens.
std::string normal_id(std::string_view typed) {
  std::string id;
  for (const char c : ascii_lower(trim(typed))) {
    if (c == 'o') {
      id += '0';
    } else if (c == 'i' || c == 'l') {
      id += '1';
    } else if (c != '-') {
      id += c;
    }
  }
  return id;
}

Json to_object(const store::VerdictRecord& record) {
  Json evidence = Json::parse(record.evidence, nullptr, false);
  return {{"id", record.id},
          {"at", to_rfc3339(record.at)},
          {"queue_id", record.queue_id},
          {"listener", record.listener},
          {"submitter", record.submitter},
          {"recipient", record.recipient},
          {"verdict", record.verdict},
          {"action", record.action},
          {"probability", record.probability},
          {"evidence", evidence.is_discarded() ? Json() : evidence}};
}

// What the present engine says of it; nothing when the store has only a hash.
// The action is left as it was: it was the listener's.
std::optional<guard::Assessment> judge_again(const Json& evidence,
                                             const guard::Assessor& assessor,
                                             const Memory& memory,
                                             guard::Mode mode) {
  if (!evidence.is_object()) return std::nullopt;
  const std::string address = evidence.value("address", "");
  if (address.find('@') == std::string::npos) return std::nullopt;
  auto found = assessor.assess(address, mode);
  memory.weigh(assessor, mode, "", found);
  return found;
}

// Whose letter it was, as far as the key tells: "login:ann@example.com",
// "client:192.0.2.1/ann@example.com".
std::string person_of(const std::string& submitter) {
  const std::size_t who = submitter.starts_with("client:")
                              ? submitter.find('/')
                              : submitter.find(':');
  const std::string person =
      who == std::string::npos ? "" : submitter.substr(who + 1);
  return person.contains('@') ? person : "";
}

std::string ids(const Json& findings) {
  std::vector<std::string> ids;
  for (const Json& finding : findings) ids.push_back(finding.value("id", ""));
  return ids.empty() ? "none" : fmt::format("{}", fmt::join(ids, ", "));
}

std::string first_intended(const Json& intended) {
  return intended.empty() ? "none" : intended[0].value("address", "none");
}

// "probability: 0.9987 then, 0.42 now", a line for each that differs.
std::vector<std::string> differences(const Json& then, const Json& now) {
  std::vector<std::string> found;
  const auto compare = [&](std::string_view what, const std::string& before,
                           const std::string& after) {
    if (before == after) return;
    found.push_back(fmt::format("{}: {} then, {} now", what, printable(before),
                                printable(after)));
  };
  const auto probability = [](const Json& from) {
    return fmt::format("{}", from.value("probability", 0.0));
  };
  const Json none = Json::array();
  compare("verdict", then.value("verdict", ""), now.value("verdict", ""));
  compare("probability", probability(then), probability(now));
  compare("intended", first_intended(then.value("intended", none)),
          first_intended(now.value("intended", none)));
  compare("findings", ids(then.value("findings", none)),
          ids(now.value("findings", none)));
  return found;
}

std::string to_text(const Json& record) {
  std::string text;
  for (const std::string_view key :
       {"id", "at", "listener", "queue_id", "submitter", "recipient", "verdict",
        "action"}) {
    const std::string value = record.value(std::string(key), "");
    if (value.empty()) continue;
    text += fmt::format("{:<12} {}\n", key, printable(value));
  }
  text += fmt::format("{:<12} {}\n", "probability",
                      record.value("probability", 0.0));
  const Json& evidence = record["evidence"];
  if (!evidence.is_object()) return text;
  const Json none = Json::array();
  for (const Json& one : evidence.value("intended", none)) {
    text += fmt::format(
        "{:<12} {} ({}; {})\n", "intended", printable(one.value("address", "")),
        one.value("probability", 0.0), printable(one.value("edit", "")));
  }
  for (const Json& finding : evidence.value("findings", none)) {
    text += fmt::format("{:<12} {:+.2f} {} ({})\n", "finding",
                        finding.value("log_odds", 0.0),
                        printable(finding.value("text", "")),
                        printable(finding.value("id", "")));
  }
  return text;
}

std::string to_text(const Json& now, const std::vector<std::string>& differ) {
  if (now.is_null()) {
    return "\nThe store has no address to judge again (log_addresses).\n";
  }
  if (differ.empty()) return "\nJudged again now: the same.\n";
  return fmt::format("\nJudged again now, it differs:\n  {}\n",
                     fmt::join(differ, "\n  "));
}

int fail_with(int code, std::string_view message) {
  complain(message);
  return code;
}

void write_line(Output& output, const Json& object) {
  output.write(object.dump(-1, ' ', false, Json::error_handler_t::replace) +
               '\n');
}

// An address that need not have been judged before.
int explain_address(const std::string& address, const Options& options,
                    const config::Config& config) {
  std::optional<Memory> memory;
  if (!options.state.empty()) {
    const auto place = store_address(options.state, config);
    if (!place) return fail_with(kUsage, place.error().message);
    auto opened = Memory::open(*place, options.from);
    if (!opened) return fail_with(kUnavailable, opened.error().message);
    memory = std::move(*opened);
  }
  const auto built = build_assessor(
      config, {}, memory ? memory->familiar() : std::vector<store::Familiar>());
  if (!built) return fail_with(kBadConfig, built.error().message);
  auto found = built->assessor->assess(address, config.gate.mode);
  if (memory) memory->weigh(*built->assessor, config.gate.mode, "", found);
  Output output;
  if (options.json) {
    Json object = Json::parse(guard::to_json(found));
    object["arithmetic"] = Json::parse(arithmetic_json(found));
    write_line(output, object);
  } else {
    std::string text;
    append_text(found, output.has_colour(), text);
    output.write(text + arithmetic_text(found));
  }
  return output.finish(kOk);
}

int explain_record(const store::VerdictRecord& found,
                   const config::Config& config,
                   const guard::Assessor& assessor, const Memory& memory,
                   bool json) {
  Json record = to_object(found);
  const auto again =
      judge_again(record["evidence"], assessor, memory, config.gate.mode);
  const Json now = again ? Json::parse(guard::to_json(*again)) : Json();
  const auto differ =
      again ? differences(record["evidence"], now) : std::vector<std::string>();
  Output output;
  if (json) {
    record["now"] = now;
    record["differs"] = differ;
    record["arithmetic"] =
        again ? Json::parse(arithmetic_json(*again)) : Json();
    write_line(output, record);
  } else {
    output.write(to_text(record) + to_text(now, differ) +
                 (again ? arithmetic_text(*again) : ""));
  }
  return output.finish(kOk);
}

int explain_id(const std::string& id, const Options& options,
               const config::Config& config) {
  const auto place = store_address(options.state, config);
  if (!place) return fail_with(kUsage, place.error().message);
  const auto store = store::open_store_reader(*place);
  if (!store) return fail_with(kUnavailable, store.error().message);
  const auto found = (*store)->find_verdict(normal_id(id));
  if (!found) {
    return fail_with(
        kData, fmt::format("no verdict '{}' in {}: it may have been forgotten "
                           "(retention.verdicts), or it is in another --state",
                           printable(id, 40), place_of(*place)));
  }
  const auto built = build_assessor(config);
  if (!built) return fail_with(kBadConfig, built.error().message);
  const auto memory = Memory::open(*place, person_of(found->submitter));
  if (!memory) return fail_with(kUnavailable, memory.error().message);
  return explain_record(*found, config, *built->assessor, *memory,
                        options.json);
}

}  // namespace

int explain(const Arguments& arguments) {
  CLI::App app(
      "Prints the evidence of a verdict, and judges it again; or judges an "
      "address.\nShows how the probability comes about, term by term.",
      "lostletter explain ID|ADDRESS");
  Options options;
  describe(app, options);
  Arguments operands;
  if (const auto code = parse(app, arguments, &operands)) return *code;
  if (operands.size() != 1) {
    return fail_with(kUsage, "explain takes one ID or one address");
  }
  const auto config = load_config(options.config);
  if (!config) return fail_with(kBadConfig, config.error().message);
  return operands[0].find('@') == std::string::npos
             ? explain_id(operands[0], options, *config)
             : explain_address(operands[0], options, *config);
}

}  // namespace lostletter::programs
