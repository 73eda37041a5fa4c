// SPDX-License-Identifier: Apache-2.0
//
// lostletter replay: what another policy would have done with the letters of
// the years before, beside the one in force.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "archive/read.h"
#include "base/text.h"
#include "programs/commands.h"
#include "programs/engine.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/reading_bar.h"
#include "programs/scan_reading.h"
#include "programs/scanning.h"
#include "programs/settings.h"
#include "programs/setup.h"
#include "replay/player.h"
#include "replay/stage.h"
#include "replay/tally.h"
#include "replay/truth.h"

namespace lostletter::programs {
namespace {

// Letters that change, in the table.
constexpr std::size_t kMostShown = 25;

struct Options {
  std::string policy;
  std::string config;
  std::vector<std::string> us;
  std::string since;
  std::string until;
  std::string zone = "UTC";
  bool json = false;
  bool changed = false;
};

void describe(CLI::App& app, Options& options) {
  app.add_option("--policy", options.policy,
                 "The configuration to try, as the one in force is written")
      ->required()
      ->type_name("NEW.toml");
  add_config_option(app, options.config);
  app.add_option("--us", options.us,
                 "A domain of ours, \"*.example.com\" for it and all below, or "
                 "an address of ours; may be repeated. Else our_domains of the "
                 "configuration, else a guess from the logs")
      ->allow_extra_args(false)
      ->type_name("DOMAIN");
  app.add_option("--since", options.since,
                 "Tell of no letter before this day, or time; they teach all "
                 "the same")
      ->type_name("DATE");
  app.add_option("--until", options.until,
                 "Leave out letters from this day, or time, on")
      ->type_name("DATE");
  app.add_option("--time-zone", options.zone, "What days and months are in")
      ->type_name("ZONE")
      ->capture_default_str();
  app.add_flag("--json", options.json,
               "One JSON object a line: each recipient of whom either policy "
               "has something to say, and last a summary");
  app.add_flag("--changed", options.changed,
               "With --json: only those whose fate differs");
  app.footer(
      "FILE is what 'lostletter scan' reads, but not standard input: it is "
      "read twice,\nfirst to learn which letters were mistakes. Nothing is "
      "written but a memory of\nits own in the folder for temporary files, "
      "which is removed. Ends with 0, 64 for\na wrong command line, 65 when a "
      "file cannot be read (the others are), 74 when\nthe output cannot be "
      "written, 75 when interrupted, 78 for a wrong configuration.");
}

// A folder of ours, gone when this is.
class Scratch {
 public:
  Scratch() {
    std::string name =
        std::filesystem::temp_directory_path() / "lostletter.XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Scratch() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& path() const { return path_; }  // empty: there is none

 private:
  std::string path_;
};

using PlayerPointer = std::unique_ptr<replay::Player>;

Result<PlayerPointer> make_player(const config::Config& config,
                                  const std::string& directory,
                                  const guard::Us& us) {
  const auto ground = Groundwork::lay(config);
  if (!ground) return std::unexpected(ground.error());
  for (const std::string& notice : ground->notices()) complain(notice);
  if (std::error_code error;
      !std::filesystem::create_directory(directory, error)) {
    return fail("cannot make " + directory + ": " + error.message());
  }
  const auto teach = [ground = *ground](std::vector<store::Familiar> familiar) {
    return ground.teach(std::move(familiar));
  };
  return replay::Player::open(make_policy(config, teach({})), directory, us,
                              config.retention, teach);
}

// Both passes over the files.
class Show {
 public:
  Show(const Options& options, scan::Period period, config::Config current,
       config::Config wanted)
      : options_(options),
        period_(std::move(period)),
        current_(std::move(current)),
        wanted_(std::move(wanted)),
        tally_(period_.zone) {}

  int run(const std::vector<archive::Input>& inputs);

 private:
  Result<void> look_for_mistakes(const std::vector<archive::Input>& inputs);
  void play(const std::vector<archive::Input>& inputs, replay::Player& current,
            replay::Player& wanted);
  void tell(const replay::Case& one);
  int finish(bool all_read);

  const Options& options_;
  scan::Period period_;
  config::Config current_;
  config::Config wanted_;
  replay::Tally tally_;
  replay::Truth truth_;
  guard::Us us_;
  std::vector<std::string> unreadable_;
  Output output_;
  std::vector<std::string> shown_;  // in the table
  std::uint64_t letters_ = 0;
  std::uint64_t disordered_ = 0;
};

Result<void> Show::look_for_mistakes(
    const std::vector<archive::Input>& inputs) {
  ReadingBar bar(inputs);
  scan::Ledger ledger;
  unreadable_ = read_all(inputs, ledger, {}, bar).unreadable;
  const auto ours = find_us(options_.us, current_, ledger);
  if (!ours) return std::unexpected(ours.error());
  auto us = guard::Us::parse(ours->domains);
  if (!us) return std::unexpected(us.error());
  us_ = std::move(*us);
  const auto report = judge(ledger, *ours, {}, current_, 1, bar);
  if (!report) return std::unexpected(report.error());
  truth_ = replay::Truth(*report);
  return {};
}

void Show::tell(const replay::Case& one) {
  tally_.take(one);
  if (options_.json) {
    const bool wanted =
        options_.changed ? replay::is_changed(one) : replay::is_remarkable(one);
    if (wanted) output_.write(replay::to_json(one) + '\n');
  } else if (replay::is_changed(one) && shown_.size() < kMostShown) {
    shown_.push_back(replay::to_text(one));
  }
}

void Show::play(const std::vector<archive::Input>& inputs,
                replay::Player& current, replay::Player& wanted) {
  ReadingBar bar(inputs);
  replay::Stage stage(current, wanted, truth_, period_,
                      [this](const replay::Case& one) { tell(one); });
  archive::Options options;
  options.most_under_way = kMostUnderWay;
  options.progress = [&](const archive::Progress& progress) {
    bar.show(progress, stage.letters);
    if (is_stopped()) throw Stopped();
  };
  archive::Reader reader(stage, options);
  for (const archive::Input& input : inputs) {
    auto source = archive::Source::open(input);
    if (!source) continue;  // told by the first pass
    stage.begin_source(source->kind());
    (void)reader.read(*source);
  }
  reader.finish();
  stage.finish();
  letters_ = stage.letters;
  disordered_ = stage.disordered;
}

int Show::finish(bool all_read) {
  if (options_.json) {
    output_.write(replay::to_json(tally_, letters_, disordered_) + '\n');
  } else {
    for (const std::string& one : shown_) output_.write(one);
    if (tally_.changed > shown_.size()) {
      output_.write(fmt::format("and {} more: --json has all\n",
                                tally_.changed - shown_.size()));
    }
    if (!shown_.empty()) output_.write("\n");
    output_.write(replay::to_text(tally_, letters_));
  }
  return output_.finish(all_read ? kOk : kData);
}

int Show::run(const std::vector<archive::Input>& inputs) {
  const Scratch scratch;
  if (scratch.path().empty()) {
    return give_up(kUnavailable,
                   "there is no folder for temporary files that can be "
                   "written to; TMPDIR may name one");
  }
  auto found = look_for_mistakes(inputs);
  for (const std::string& message : unreadable_) complain(message);
  if (!found) return give_up(kUsage, found.error().message);
  auto current = make_player(current_, scratch.path() + "/current", us_);
  if (!current) return give_up(kBadConfig, current.error().message);
  auto wanted = make_player(wanted_, scratch.path() + "/new", us_);
  if (!wanted) return give_up(kBadConfig, wanted.error().message);
  play(inputs, **current, **wanted);
  return finish(unreadable_.empty());
}

}  // namespace

int replay(const Arguments& arguments) {
  CLI::App app(
      "Plays the letters of the years before to another policy, and says what "
      "it would have asked, held, refused, caught and missed beside the one "
      "in force.",
      "lostletter replay --policy NEW.toml [OPTION]... FILE...");
  Options options;
  describe(app, options);
  std::vector<std::string> files;
  if (const auto code = parse(app, arguments, &files)) return *code;
  if (files.empty()) return give_up(kUsage, "name a FILE to replay");
  if (std::ranges::find(files, "-") != files.end()) {
    return give_up(kUsage,
                   "replay reads twice, so it cannot read standard input");
  }
  if (const auto us = guard::Us::parse(options.us); !us) {
    return give_up(kUsage, "--us: " + us.error().message);
  }
  auto period = read_period(options.since, options.until, options.zone);
  if (!period) return give_up(kUsage, period.error().message);
  auto current = load_config(options.config);
  if (!current) return give_up(kBadConfig, current.error().message);
  auto wanted = config::load(options.policy);
  if (!wanted) return give_up(kBadConfig, wanted.error().message);
  const auto inputs = archive::find_inputs(files);
  if (!inputs) return give_up(kData, inputs.error().message);
  Inputs kept = without_copies(*inputs);
  for (const std::string& notice : kept.notices) complain(notice);
  hear_signals();
  try {
    return Show(options, std::move(*period), std::move(*current),
                std::move(*wanted))
        .run(kept.inputs);
  } catch (const Stopped&) {
    return give_up(kTryAgain, "stopped");
  }
}

}  // namespace lostletter::programs
