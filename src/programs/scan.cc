// SPDX-License-Identifier: Apache-2.0
//
// lostletter scan: what the logs of the years before tell was lost.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <thread>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "archive/read.h"
#include "base/file.h"
#include "base/large_pages.h"
#include "domain/name.h"
#include "lookalike/channel_fit.h"
#include "programs/commands.h"
#include "programs/engine.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/reading_bar.h"
#include "programs/scan_reading.h"
#include "programs/scanning.h"
#include "programs/setup.h"
#include "scan/judge.h"
#include "scan/ledger.h"
#include "scan/report.h"
#include "scan/teachers.h"

namespace lostletter::programs {
namespace {

// Of a kind, in the table.
constexpr std::size_t kMostShown = 25;

struct Options {
  std::string config;
  std::vector<std::string> us;
  std::vector<std::string> protect;
  std::vector<std::string> known_files;
  std::vector<std::string> names_files;
  std::vector<std::string> index_files;
  std::string since;
  std::string until;
  std::string zone = "UTC";
  std::string html;
  std::string units;
  std::string learn_channel;
  std::string state;
  std::string partial;
  bool merge = false;
  unsigned threads = 0;
  std::uint64_t memory = 0;
  bool json = false;
  bool aggregate = false;
  bool learn = false;
};

void add_list(CLI::App& app, const std::string& name,
              std::vector<std::string>& values, const std::string& type,
              const std::string& sentence) {
  app.add_option(name, values, sentence + "; may be repeated")
      ->allow_extra_args(false)
      ->type_name(type);
}

void describe(CLI::App& app, Options& options) {
  add_list(app, "--us", options.us, "DOMAIN",
           "A domain of ours, \"*.example.com\" for it and all below, or an "
           "address of ours. Else our_domains of the configuration, else a "
           "guess from the logs");
  app.add_flag("--json", options.json,
               "One JSON object a line: each finding, and last a summary");
  app.add_flag("--aggregate", options.aggregate,
               "No names of people: domains only, in groups of 5 or more");
  app.add_option("--html", options.html,
                 "Write a report as one page that needs nothing else")
      ->type_name("FILE");
  app.add_option("--units", options.units,
                 "File of lines \"ADDRESS-OR-DOMAIN UNIT\": who of us belongs "
                 "where. Else the unit is the domain of the sender")
      ->type_name("FILE");
  app.add_option("--since", options.since,
                 "Leave out letters before this day, or time")
      ->type_name("DATE");
  app.add_option("--until", options.until,
                 "Leave out letters from this day, or time, on")
      ->type_name("DATE");
  app.add_option("--time-zone", options.zone,
                 "What days, months and hours are in, as Europe/Berlin")
      ->type_name("ZONE")
      ->capture_default_str();
  app.add_option("--learn-channel", options.learn_channel,
                 "Fit the site's own typo weights to what came back and what "
                 "was corrected, write them for `channel` of the "
                 "configuration, and show what changed")
      ->type_name("FILE");
  app.add_flag("--learn", options.learn,
               "Afterwards teach the guard's store who writes to whom, as "
               "'lostletter learn' does. Without it nothing is written there");
  add_state_option(app, options.state);
  app.add_option("--partial", options.partial,
                 "Judge nothing: write what was read to OUT ('-' is standard "
                 "output), for --merge")
      ->type_name("OUT");
  app.add_flag("--merge", options.merge,
               "Each FILE was written by --partial; in the order of what they "
               "were made from");
  app.add_option("--threads", options.threads,
                 "Read and judge with so many; default: one a core")
      ->type_name("N");
  app.add_option("--memory", options.memory,
                 "Keep within about so much memory, as 500MB: what is counted "
                 "lies in files of TMPDIR (else /var/tmp) that vanish")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("SIZE");
  add_list(app, "--protect", options.protect, "NAME",
           "A name whose lookalikes matter most, as \"army.mil\" or \"mil\": "
           "what is one slip from it is never trusted");
  add_list(app, "--known", options.known_files, "FILE",
           "File of names or addresses one corresponds with, one a line");
  add_list(app, "--names", options.names_files, "FILE",
           "Popularity list: one name a line, or rank,name");
  add_list(app, "--index", options.index_files, "FILE",
           "File of names that 'lostletter index build' wrote");
  add_config_option(app, options.config);
  app.footer(
      "FILE is a mail log (Postfix, Exim, Sendmail), an export (Exchange, "
      "Microsoft\n365, Google Workspace, NDJSON), mbox, Maildir or message, "
      "plain or packed, or a\nfolder of such; '-' is standard input.\nEnds "
      "with 0 when nothing was found, 1 when something was, 64 for a wrong "
      "command\nline, 65 when a file cannot be read (the others are), 74 when "
      "the output cannot\nbe written, 75 when interrupted, 78 for a wrong "
      "configuration.");
}

// The file, and the flags over it.
Result<config::Config> read_config(const Options& options,
                                   config::Config config) {
  const auto add = [](const std::vector<std::string>& more,
                      std::vector<std::string>& to) {
    to.insert(to.end(), more.begin(), more.end());
  };
  add(options.known_files, config.known_files);
  add(options.names_files, config.names_files);
  add(options.index_files, config.index_files);
  for (const std::string& text : options.protect) {
    const auto name = domain::Name::parse(text);
    if (!name) return fail("--protect: " + name.error().message);
    config.protected_suffixes.push_back(name->ascii());
  }
  return config;
}

Result<void> write_html(const scan::Report& report, const Options& options) {
  if (options.html.empty()) return {};
  return write_file(options.html, scan::to_html(report, options.zone));
}

// What changed, as the output has it; also of an aggregate, for slips name
// nobody.
Result<std::string> learn_channel(const scan::Report& report,
                                  const Options& options,
                                  const config::Config& config) {
  if (options.learn_channel.empty()) return "";
  auto before = site_channel(config);
  if (!before) return std::unexpected(before.error());
  const auto pairs = scan::teachers(report.findings);
  const auto refit = lookalike::refit(*before, pairs);
  const auto written = write_file(options.learn_channel,
                                  scan::channel_file(refit, pairs.size()));
  if (!written) return std::unexpected(written.error());
  return options.json ? scan::changes_json(*before, refit, pairs.size())
                      : scan::changes_text(*before, refit, pairs.size());
}

int print(const scan::Report& report, const Options& options,
          const config::Config& config, bool all_read) {
  Output output;
  std::optional<scan::Report> aggregate;
  if (options.aggregate) aggregate = scan::aggregated(report);
  const scan::Report& shown = aggregate ? *aggregate : report;
  const auto changes = learn_channel(report, options, config);
  if (!changes) return give_up(kIo, changes.error().message);
  // The summary is the last object.
  if (options.json) {
    output.write(*changes);
    scan::each_json(shown, [&](std::string_view line) { output.write(line); });
  } else {
    output.write(scan::to_text(shown, output.has_colour(), kMostShown) +
                 *changes);
  }
  const int found = report.findings.empty() ? kOk : kFound;
  const int code = output.finish(all_read ? found : kData);
  if (const auto written = write_html(shown, options); !written) {
    return give_up(kIo, written.error().message);
  }
  return code;
}

int learn_too(const std::vector<std::string>& files, const Options& options,
              const std::vector<std::string>& us) {
  Arguments arguments;
  const auto add = [&](const char* flag, const std::string& value) {
    if (value.empty()) return;
    arguments.insert(arguments.end(), {flag, value});
  };
  // The summary is the last object.
  if (options.json) arguments.emplace_back("--quiet");
  add("--config", options.config);
  add("--state", options.state);
  for (const std::string& one : us) add("--us", one);
  arguments.insert(arguments.end(), files.begin(), files.end());
  return learn(arguments);
}

Reading reading_of(const Options& options) {
  Reading reading;
  reading.threads = options.threads != 0
                        ? options.threads
                        : std::max(1U, std::thread::hardware_concurrency());
  reading.is_part = !options.partial.empty();
  return reading;
}

// What is asked of the command line, and what it is asked about.
struct Wanted {
  const std::vector<std::string>& files;
  const Options& options;
  const scan::Period& period;
  const config::Config& config;
  scan::Units units;
};

int tell(const scan::Ledger& ledger, const std::vector<std::string>& unreadable,
         const Wanted& wanted, std::optional<ReadingBar>& bar) {
  const auto& [files, options, period, config, units] = wanted;
  const auto ours = find_us(options.us, config, ledger);
  if (!ours) {
    bar.reset();
    for (const std::string& message : unreadable) complain(message);
    return give_up(unreadable.empty() ? kUsage : kData, ours.error().message);
  }
  const auto report =
      judge(ledger, *ours, units, config, reading_of(options).threads, *bar);
  bar.reset();
  for (const std::string& message : unreadable) complain(message);
  if (!report) return give_up(kData, report.error().message);
  const int code = print(*report, options, config, unreadable.empty());
  if (!options.learn || code > kFound) return code;
  const int learnt = learn_too(files, options, ours->domains);
  return learnt == kOk ? code : learnt;
}

Result<scan::Units> read_units(const Options& options) {
  if (options.units.empty()) return scan::Units();
  const auto text = read_file(options.units);
  if (!text) return std::unexpected(text.error());
  auto units = scan::Units::parse(*text);
  if (!units) return fail(options.units + ": " + units.error().message);
  return units;
}

// REQUIRES: nothing has been read.
Result<void> limit_memory(const Options& options) {
  if (options.memory == 0) return {};
  const char* const given = std::getenv("TMPDIR");
  const std::string folder = given == nullptr ? "/var/tmp" : given;
  auto done = LargeMemory::spill(folder, options.memory);
  if (!done) return fail("--memory: " + done.error().message);
  return {};
}

int scan_files(const Wanted& wanted) {
  const Options& options = wanted.options;
  const auto found = archive::find_inputs(wanted.files);
  if (!found) return give_up(kData, found.error().message);
  const Inputs inputs = without_copies(*found);
  for (const std::string& notice : inputs.notices) complain(notice);
  std::optional<ReadingBar> bar(std::in_place, inputs.inputs);
  scan::Ledger ledger(wanted.period, options.partial.empty()
                                         ? scan::Corrections::Scope::kWhole
                                         : scan::Corrections::Scope::kPart);
  const auto read = read_all(inputs.inputs, ledger, reading_of(options), *bar);
  if (options.partial.empty()) {
    return tell(ledger, read.unreadable, wanted, bar);
  }
  bar.reset();
  for (const std::string& message : read.unreadable) complain(message);
  const auto written = write_part(options.partial, ledger, read.waiting);
  if (!written) return give_up(kIo, written.error().message);
  return read.unreadable.empty() ? kOk : kData;
}

int merge_files(const Wanted& wanted) {
  std::optional<ReadingBar> bar(std::in_place, std::vector<archive::Input>());
  scan::Ledger ledger(wanted.period);
  const auto merged = merge_all(wanted.files, ledger, wanted.period, *bar);
  if (!merged) {
    bar.reset();
    return give_up(kData, merged.error().message);
  }
  return tell(ledger, {}, wanted, bar);
}

// What makes no sense together; nothing when all is well.
std::optional<std::string> misused(const Options& options) {
  const bool is_part = !options.partial.empty();
  if (options.merge && is_part) {
    return "--partial and --merge: one of them at a time";
  }
  if (options.learn && (options.merge || is_part)) {
    return "--learn reads the logs themselves, not parts";
  }
  const bool reports = options.json || options.aggregate ||
                       !options.html.empty() || !options.units.empty() ||
                       !options.learn_channel.empty();
  if (is_part && reports) {
    return "--json, --html, --units, --aggregate and --learn-channel are for "
           "the report: say them with --merge, not with --partial";
  }
  return std::nullopt;
}

}  // namespace

int scan(const Arguments& arguments) {
  CLI::App app(
      "Finds in logs and mailboxes of years past what went to names that are "
      "almost right.",
      "lostletter scan [OPTION]... FILE...");
  Options options;
  describe(app, options);
  std::vector<std::string> files;
  if (const auto code = parse(app, arguments, &files)) return *code;
  if (files.empty()) return give_up(kUsage, "name a FILE to scan");
  if (const auto wrong = misused(options)) return give_up(kUsage, *wrong);
  if (options.learn && std::ranges::find(files, "-") != files.end()) {
    return give_up(kUsage,
                   "--learn reads the files again, so it cannot read "
                   "standard input");
  }
  const auto period = read_period(options.since, options.until, options.zone);
  if (!period) return give_up(kUsage, period.error().message);
  auto loaded = load_config(options.config);
  if (!loaded) return give_up(kBadConfig, loaded.error().message);
  const auto config = read_config(options, std::move(*loaded));
  if (!config) return give_up(kUsage, config.error().message);
  if (const auto us = guard::Us::parse(options.us); !us) {
    return give_up(kUsage, "--us: " + us.error().message);
  }
  auto units = read_units(options);
  if (!units) return give_up(kData, units.error().message);
  if (const auto limited = limit_memory(options); !limited) {
    return give_up(kIo, limited.error().message);
  }
  hear_signals();
  try {
    const Wanted wanted{files, options, *period, *config, std::move(*units)};
    return options.merge ? merge_files(wanted) : scan_files(wanted);
  } catch (const Stopped&) {
    return give_up(kTryAgain, "stopped");
  } catch (const NoRoom& full) {
    return give_up(kIo, std::string("--memory: ") + full.what());
  }
}

}  // namespace lostletter::programs
