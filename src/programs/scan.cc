// SPDX-License-Identifier: Apache-2.0
//
// lostletter scan: what the logs of the years before tell was lost.
#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "archive/read.h"
#include "base/text.h"
#include "domain/name.h"
#include "programs/commands.h"
#include "programs/engine.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/reading_bar.h"
#include "programs/setup.h"
#include "scan/judge.h"
#include "scan/ledger.h"
#include "scan/report.h"

namespace lostletter::programs {
namespace {

// Of a kind, in the table.
constexpr std::size_t kMostShown = 25;
// Letters whose lines a log mixes; beyond it the oldest is given up.
constexpr std::size_t kMostUnderWay = 500'000;

struct Options {
  std::string config;
  std::vector<std::string> us;
  std::vector<std::string> protect;
  std::vector<std::string> known_files;
  std::vector<std::string> names_files;
  std::vector<std::string> index_files;
  std::string since;
  std::string until;
  bool json = false;
  bool aggregate = false;
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
  app.add_option("--since", options.since,
                 "Leave out letters before this day, or time (UTC)")
      ->type_name("DATE");
  app.add_option("--until", options.until,
                 "Leave out letters from this day, or time, on (UTC)")
      ->type_name("DATE");
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
      "FILE is a mail log (Postfix, Exim, Sendmail), mbox, Maildir or "
      "message, plain or\npacked, or a folder of such; '-' is standard input. "
      "Nothing is written anywhere.\nEnds with 0 when nothing was found, 1 "
      "when something was, 64 for a wrong command\nline, 65 when a file cannot "
      "be read (the others are), 74 when the output cannot\nbe written, 75 "
      "when interrupted, 78 for a wrong configuration.");
}

// Set by SIGINT and SIGTERM.
std::atomic<bool> g_stop = false;

class Stopped : public std::exception {};

void hear_signals() {
  for (const int signal : {SIGINT, SIGTERM}) {
    std::signal(signal, [](int) { g_stop = true; });
  }
}

// "2026-11-24" or "2026-11-24T12:30:00Z"
std::optional<Seconds> parse_time(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != 10 && text.size() != kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !is_digit : text[i] != kShape[i]) {
      return std::nullopt;
    }
  }
  const auto number = [text](std::size_t at, std::size_t size) {
    int value = 0;
    if (at < text.size()) {
      std::from_chars(text.data() + at, text.data() + at + size, value);
    }
    return value;
  };
  const year_month_day date(year(number(0, 4)),
                            month(static_cast<unsigned>(number(5, 2))),
                            day(static_cast<unsigned>(number(8, 2))));
  if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 ||
      number(17, 2) > 60) {
    return std::nullopt;
  }
  return sys_days(date) + hours(number(11, 2)) + minutes(number(14, 2)) +
         seconds(number(17, 2));
}

Result<scan::Period> read_period(const Options& options) {
  scan::Period period;
  const auto take = [](const std::string& text, std::string_view flag,
                       std::optional<Seconds>& time) -> Result<void> {
    if (text.empty()) return {};
    time = parse_time(text);
    if (time) return {};
    return fail(
        fmt::format("{}: '{}' is no day (2026-11-24) and no time "
                    "(2026-11-24T12:30:00Z)",
                    flag, printable(text, 40)));
  };
  if (auto taken = take(options.since, "--since", period.since); !taken) {
    return std::unexpected(taken.error());
  }
  if (auto taken = take(options.until, "--until", period.until); !taken) {
    return std::unexpected(taken.error());
  }
  return period;
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

// Those of --protect that are more than a suffix are known names as well.
std::vector<std::string> protected_names(const config::Config& config) {
  std::vector<std::string> names;
  for (const std::string& name : config.protected_suffixes) {
    if (name.contains('.')) names.push_back(name);
  }
  return names;
}

// Reads all inputs into the ledger. The messages of those that cannot be read.
std::vector<std::string> read_all(const std::vector<archive::Input>& inputs,
                                  scan::Ledger& ledger, ReadingBar& bar) {
  std::vector<std::string> unreadable;
  archive::Options options;
  options.most_under_way = kMostUnderWay;
  options.progress = [&](const archive::Progress& progress) {
    bar.show(progress, ledger.letters);
    if (g_stop) throw Stopped();
  };
  archive::Reader reader(ledger, options);
  for (const archive::Input& input : inputs) {
    auto source = archive::Source::open(input);
    if (!source) {
      unreadable.push_back(source.error().message);
      continue;
    }
    ledger.begin_source(source->kind());
    const auto counts = reader.read(*source);
    if (counts) {
      ledger.end_source(*counts);
    } else {
      unreadable.push_back(counts.error().message);
    }
    if (g_stop) throw Stopped();
  }
  reader.finish();
  ledger.finish();
  return unreadable;
}

struct Ours {
  std::vector<std::string> domains;
  std::string because;
};

Result<Ours> find_us(const Options& options, const config::Config& config,
                     const scan::Ledger& ledger) {
  if (!options.us.empty()) return Ours{options.us, "--us"};
  if (!config.gate.our_domains.empty()) {
    return Ours{config.gate.our_domains, "our_domains of the configuration"};
  }
  const auto guess = guard::guess_us(ledger.sides());
  if (!guess) return std::unexpected(guess.error());
  return Ours{guess->domains,
              "guessed: " + guess->reason + "; --us says it for certain"};
}

Result<scan::Report> judge(const scan::Ledger& ledger, Ours ours,
                           config::Config config, ReadingBar& bar) {
  scan::JudgeOptions options;
  options.us = ours.domains;
  options.us_because = std::move(ours.because);
  options.misdirected_at = config.rules.misdirected_at;
  options.doubtful_at = config.rules.doubtful_at;
  options.progress = [&](std::size_t done, std::size_t all) {
    bar.show("judging correspondents", done, all);
    if (g_stop) throw Stopped();
  };
  config.gate.our_domains.clear();
  for (const std::string& entry : ours.domains) {
    if (!entry.contains('@')) config.gate.our_domains.push_back(entry);
  }
  return scan::judge(
      ledger, options,
      [&](std::vector<scan::Partner> partners)
          -> Result<std::shared_ptr<const guard::Assessor>> {
        std::vector<store::Familiar> familiar;
        familiar.reserve(partners.size());
        for (scan::Partner& one : partners) {
          familiar.push_back(
              {std::move(one.local_part), std::move(one.domain), one.weight});
        }
        auto built = build_assessor(config, protected_names(config),
                                    std::move(familiar));
        if (!built) return std::unexpected(built.error());
        for (const std::string& notice : built->notices) complain(notice);
        return std::move(built->assessor);
      });
}

int print(const scan::Report& report, const Options& options, bool all_read) {
  Output output;
  const scan::Report shown =
      options.aggregate ? scan::aggregated(report) : report;
  output.write(options.json
                   ? scan::to_json(shown)
                   : scan::to_text(shown, output.has_colour(), kMostShown));
  const int found = report.findings.empty() ? kOk : kFound;
  return output.finish(all_read ? found : kData);
}

int scan_files(const std::vector<archive::Input>& inputs,
               const Options& options, const scan::Period& period,
               const config::Config& config) {
  std::optional<ReadingBar> bar(std::in_place, inputs);
  scan::Ledger ledger(period);
  const auto unreadable = read_all(inputs, ledger, *bar);
  auto ours = find_us(options, config, ledger);
  if (!ours) {
    bar.reset();
    for (const std::string& message : unreadable) complain(message);
    return give_up(unreadable.empty() ? kUsage : kData, ours.error().message);
  }
  const auto report = judge(ledger, std::move(*ours), config, *bar);
  bar.reset();
  for (const std::string& message : unreadable) complain(message);
  if (!report) return give_up(kData, report.error().message);
  return print(*report, options, unreadable.empty());
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
  const auto period = read_period(options);
  if (!period) return give_up(kUsage, period.error().message);
  auto loaded = load_config(options.config);
  if (!loaded) return give_up(kBadConfig, loaded.error().message);
  const auto config = read_config(options, std::move(*loaded));
  if (!config) return give_up(kUsage, config.error().message);
  if (const auto us = guard::Us::parse(options.us); !us) {
    return give_up(kUsage, "--us: " + us.error().message);
  }
  const auto inputs = archive::find_inputs(files);
  if (!inputs) return give_up(kData, inputs.error().message);
  hear_signals();
  try {
    return scan_files(*inputs, options, *period, *config);
  } catch (const Stopped&) {
    return give_up(kTryAgain, "stopped");
  }
}

}  // namespace lostletter::programs
