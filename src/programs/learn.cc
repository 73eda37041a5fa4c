// SPDX-License-Identifier: Apache-2.0
//
// lostletter learn: who writes to whom, from mail of years past.
#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "learning/course.h"
#include "programs/commands.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/reading_bar.h"
#include "programs/setup.h"
#include "store/store.h"

namespace lostletter::programs {
namespace {

using archive::Input;
using learning::Summary;

struct Options {
  std::string state;
  std::string config;
  std::vector<std::string> us;
  std::vector<std::string> believed;
  bool authentic_only = false;
  bool again = false;
  bool quiet = false;
};

void describe(CLI::App& app, Options& options) {
  add_state_option(app, options.state);
  add_config_option(app, options.config);
  app.add_option("--us", options.us,
                 "A domain of ours, \"*.example.com\" for it and all below, or "
                 "an address of ours; may be repeated. Else our_domains of the "
                 "configuration, else a guess from the mail")
      ->allow_extra_args(false)
      ->type_name("DOMAIN");
  app.add_option("--believe", options.believed,
                 "A server of ours whose Authentication-Results are believed; "
                 "may be repeated")
      ->allow_extra_args(false)
      ->type_name("SERVER");
  app.add_flag("--authentic-only", options.authentic_only,
               "Learn from received mail only what such a server found "
               "authentic, instead of trusting the files");
  app.add_flag("--again", options.again,
               "Read files from their beginning although they were read "
               "before: with another --us, or less strictly");
  app.add_flag("--quiet", options.quiet, "No report, only what went wrong");
  app.footer(
      "FILE is a mail log (Postfix, Exim, Sendmail), an export (Exchange, "
      "Microsoft\n365, Google Workspace, NDJSON), mbox, Maildir, message, CSV "
      "or vCard, plain or\npacked, or a folder of such; '-' is standard input. "
      "A letter teaches once, in\nhowever many files it stands; learning goes "
      "on where it was stopped. Ends with\n0, 64 for a wrong command line, 65 "
      "when a file cannot be read (the others are),\n69 when the store cannot "
      "be written, 75 when interrupted.");
}

// Set by SIGINT and SIGTERM; heard when what was read is saved.
std::atomic<bool> g_stop = false;

struct Ours {
  learning::Us us;
  std::string said;  // who, and who says so
};

Result<Ours> find_us(const Options& options, const config::Config& config,
                     const std::vector<Input>& inputs, ReadingBar& bar) {
  std::vector<std::string> entries = options.us;
  std::string why = "--us";
  if (entries.empty()) {
    entries = config.gate.our_domains;
    why = "our_domains of the configuration";
  }
  if (entries.empty()) {
    auto guess = learning::guess_us(inputs, [&](const auto& progress) {
      bar.show(progress, 0);
      if (g_stop) throw learning::Stopped();
    });
    if (!guess) return std::unexpected(guess.error());
    entries = guess->domains;
    why = "guessed: " + guess->reason + "; --us says it for certain";
  }
  auto us = learning::Us::parse(entries);
  if (!us) return fail("--us: " + us.error().message);
  return Ours{
      std::move(*us),
      fmt::format("{} ({})",
                  printable(fmt::format("{}", fmt::join(entries, ", "))), why)};
}

// "2 a, 1 b", without those that are 0.
std::string listed(
    const std::vector<std::pair<std::uint64_t, std::string>>& counts) {
  std::vector<std::string> parts;
  for (const auto& [count, what] : counts) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
  }
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string report(const Summary& summary, const std::string& us,
                   double seconds) {
  const learning::Tally& tally = summary.tally;
  const store::Learnt& learnt = summary.learnt;
  std::string text = fmt::format(
      "us       {}\nread     {}\n", us,
      listed({{summary.files, summary.files == 1 ? "file" : "files"},
              {summary.letters, "letters"},
              {summary.contacts, "contacts"}}));
  text +=
      fmt::format("letters  {}\n",
                  listed({{tally.sent, "sent"},
                          {tally.received, "received"},
                          {tally.automatic, "automatic"},
                          {tally.not_authentic, "not authentic"},
                          {tally.between_others, "between others"},
                          {tally.unusable, "without an address to learn"}}));
  text += fmt::format(
      "learnt   {}\n",
      listed({{learnt.fresh, "new"},
              {learnt.undone, "taken back, because they came back"},
              {learnt.known, "known before"},
              {learnt.too_old, "older than retention.correspondence"},
              {summary.noted, "addresses noted"}}));
  for (const auto& [reason, count] : summary.skipped) {
    text += fmt::format("skipped  {} ({})\n", count, printable(reason, 200));
  }
  return text + fmt::format("took     {:.1f} s, {:.0f} letters/s\n", seconds,
                            static_cast<double>(summary.letters) / seconds);
}

int learn_from(const std::vector<Input>& inputs, Ours ours,
               const Options& options, const config::Config& config,
               std::optional<ReadingBar>& bar, store::Store& store) {
  learning::CourseOptions course_options;
  course_options.retention = config.retention;
  course_options.believed = options.believed;
  course_options.again = options.again;
  course_options.progress = [&](const archive::Progress& progress,
                                const Summary& summary) {
    bar->show(progress, summary.letters);
    if (g_stop) throw learning::Stopped();
  };
  learning::Course course(
      store, system_clock(),
      learning::Teacher(std::move(ours.us), options.authentic_only
                                                ? learning::Trust::kAuthentic
                                                : learning::Trust::kArchive),
      std::move(course_options));
  const auto begin = std::chrono::steady_clock::now();
  int code = kOk;
  try {
    course.read(inputs);
  } catch (const learning::Stopped&) {
    code = kTryAgain;
  }
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - begin;
  bar.reset();  // the line is free for others
  const Summary summary = course.summary();
  for (const std::string& message : summary.unreadable) {
    complain(message);
    if (code == kOk) code = kData;
  }
  if (code == kTryAgain) {
    complain("stopped; the same command goes on from here");
  }
  Output output;
  if (!options.quiet) output.write(report(summary, ours.said, took.count()));
  return output.finish(code);
}

void hear_signals() {
  for (const int signal : {SIGINT, SIGTERM}) {
    std::signal(signal, [](int) { g_stop = true; });
  }
}

}  // namespace

int learn(const Arguments& arguments) {
  CLI::App app("Learns who writes to whom from mail of years past.",
               "lostletter learn [OPTION]... FILE...");
  Options options;
  describe(app, options);
  std::vector<std::string> files;
  if (const auto code = parse(app, arguments, &files)) return *code;
  if (files.empty()) return give_up(kUsage, "name a FILE to learn from");
  const auto config = load_config(options.config);
  if (!config) return give_up(kBadConfig, config.error().message);
  const auto inputs = archive::find_inputs(files);
  if (!inputs) return give_up(kData, inputs.error().message);

  hear_signals();
  std::optional<ReadingBar> bar(std::in_place, *inputs);
  Result<Ours> ours = fail("");
  try {
    ours = find_us(options, *config, *inputs, *bar);
  } catch (const learning::Stopped&) {
    return give_up(kTryAgain, "stopped");
  }
  if (!ours) return give_up(kUsage, ours.error().message);
  const auto place = store_address(options.state, *config);
  if (!place) return give_up(kUsage, place.error().message);
  auto store = store::open_store(*place, std::chrono::seconds(20));
  if (!store) return give_up(kUnavailable, store.error().message);
  return learn_from(*inputs, std::move(*ours), options, *config, bar, **store);
}

}  // namespace lostletter::programs
