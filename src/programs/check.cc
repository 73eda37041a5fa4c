// SPDX-License-Identifier: Apache-2.0
//
// lostletter check: judges addresses from the command line or, one a line, from
// standard input; one answer for each, in their order, in constant memory.
#include <algorithm>
#include <chrono>
#include <expected>
#include <iostream>
#include <memory>
#include <optional>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"
#include "dns/guard_names.h"
#include "guard/assess.h"
#include "mail/address.h"
#include "mail/address_list.h"
#include "programs/assessment_text.h"
#include "programs/commands.h"
#include "programs/confirmed.h"
#include "programs/engine.h"
#include "programs/exit_code.h"
#include "programs/lines.h"
#include "programs/memory.h"
#include "programs/output.h"
#include "programs/setup.h"

namespace lostletter::programs {
namespace {

using Familiars = std::vector<store::Familiar>;

// Far more than any address; a line beyond it is reported, and skipped.
constexpr std::size_t kMostLine = std::size_t{1} << 20;

struct Options {
  std::vector<std::string> addresses;
  bool json = false;
  std::vector<std::string> known_files;
  std::vector<std::string> names_files;
  std::vector<std::string> index_files;
  std::string channel;
  std::string from;
  std::string config;
  std::string state;
  std::string mode;
  bool dns = false;
  std::vector<std::string> resolvers;
};

void describe(CLI::App& app, Options& options) {
  app.add_flag("--json", options.json, "One JSON object a line");
  app.add_option("--known", options.known_files,
                 "File of names or addresses one corresponds with, one a line, "
                 "'#' begins a comment; may be repeated")
      ->allow_extra_args(false)
      ->type_name("FILE");
  app.add_option("--names", options.names_files,
                 "Popularity list: one name a line, or rank,name; may be "
                 "repeated")
      ->allow_extra_args(false)
      ->type_name("FILE");
  app.add_option("--index", options.index_files,
                 "File of names that 'lostletter index build' wrote; may be "
                 "repeated")
      ->allow_extra_args(false)
      ->type_name("FILE");
  app.add_option("--channel", options.channel,
                 "How likely each slip is here, as 'lostletter scan "
                 "--learn-channel' wrote it")
      ->type_name("FILE");
  app.add_option("--from", options.from,
                 "The sender: their own domain is known to them, and with "
                 "--state whom they write to and what they have confirmed")
      ->type_name("ADDRESS");
  app.add_option("--state", options.state,
                 "State directory of a guard: what 'lostletter learn' taught "
                 "it, and what the sender confirmed")
      ->type_name("DIR");
  add_config_option(app, options.config);
  app.add_flag("--dns", options.dns,
               "Ask name servers, too, whether each domain takes mail");
  app.add_option("--resolver", options.resolvers,
                 "Recursive resolver to ask, ADDRESS or ADDRESS:PORT; else "
                 "those of this host; may be repeated")
      ->allow_extra_args(false)
      ->type_name("ADDR:PORT");
  app.add_option("--mode", options.mode,
                 "What `action` answers for: watch, ask, hold or reject")
      ->type_name("MODE");
  app.footer(
      "Ends with 0 when nothing wrong was found, 1 when something is "
      "misdirected,\nblocked or invalid (doubtful alone is 0), 64 for a wrong "
      "command line, 65 for\ninput that cannot be read, 69 when name servers "
      "or the store cannot be asked, 74\nwhen the output cannot be written, 78 "
      "for a wrong configuration.");
}

struct Pasted {
  std::string address;
  std::string name;
};

// "Ann Example <ann@example.com>", as people paste it, is the address in it,
// which `room` then holds.
std::string_view address_in(std::string_view text, Pasted& room) {
  text = trim(text);
  room.name.clear();
  if (text.ends_with('>')) {
    const auto list = mail::parse_address_list(text, 2);
    if (list.errors.empty() && list.mailboxes.size() == 1) {
      room.name = list.mailboxes[0].display_name;
      return room.address = list.mailboxes[0].address.to_string();
    }
  }
  return text;
}

struct Sender {
  std::vector<std::string> known;      // names they know
  std::optional<Memory> memory;        // whom they write to
  std::optional<Confirmed> confirmed;  // addresses they confirmed
};

// A person who asks for it waits longer than a mail server may.
constexpr dns::Patience kPatience = {.of_one = std::chrono::seconds(5),
                                     .rest = std::chrono::seconds(0)};

class Checker {
 public:
  Checker(std::shared_ptr<const guard::Assessor> assessor, guard::Mode mode,
          bool json, const Sender& sender, guard::NameService* names,
          Output& output)
      : assessor_(std::move(assessor)),
        mode_(mode),
        json_(json),
        colour_(!json && output.has_colour()),
        sender_(sender),
        names_(names),
        output_(output),
        shows_progress_(::isatty(2) == 1 && ::isatty(1) == 0 &&
                        ::isatty(0) == 0) {}

  void judge(std::string_view text) {
    assessor_->assess(address_in(text, pasted_), mode_, recent_, found_now_);
    if (sender_.memory) {
      sender_.memory->weigh(*assessor_, mode_, pasted_.name, found_now_);
    }
    if (names_ != nullptr) consider_name();
    if (sender_.confirmed) sender_.confirmed->apply(found_now_);
    report(found_now_);
  }

  // False when standard input could not be read.
  bool judge_standard_input() {
    LineReader lines(0, kMostLine);
    lines.before_reading([&] {
      output_.flush();
      show_progress();
    });
    while (const auto line = output_.failed() ? std::nullopt : lines.next()) {
      if (!line->whole) {
        report(too_long(line->text));
      } else if (!trim(line->text).empty()) {
        judge(line->text);
      }
    }
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
    if (lines.error() == 0) return true;
    complain("cannot read standard input: " +
             std::generic_category().message(lines.error()));
    return false;
  }

  bool found() const { return found_; }

 private:
  void consider_name() {
    if (!domain::Name::parse(found_now_.domain)) return;
    const auto exchanged =
        sender_.memory ? sender_.memory->exchanged_with(found_now_.domain)
                       : guard::Exchange();
    const auto facts = names_->ask_about(
        {.domain = found_now_.domain,
         .is_wrong = found_now_.verdict == guard::Verdict::kMisdirected,
         .is_partner = exchanged.is_two_way(),
         .received = exchanged.received});
    assessor_->consider(facts.value_or(guard::NameFacts()), mode_, found_now_);
  }

  guard::Assessment too_long(std::string_view text) const {
    guard::Assessment assessment;
    assessment.address = std::string(text.substr(0, 256));
    assessment.verdict = guard::Verdict::kInvalid;
    assessment.findings.push_back(
        {"address.syntax", 0,
         fmt::format("line is longer than {} bytes", kMostLine)});
    assessment.action = guard::action_for(assessment.verdict, mode_);
    return assessment;
  }

  void report(const guard::Assessment& assessment) {
    ++count_;
    found_ = found_ || (assessment.verdict != guard::Verdict::kClear &&
                        assessment.verdict != guard::Verdict::kDoubtful);
    output_.write_with([&](std::string& text) {
      if (json_) {
        guard::append_json(assessment, text);
        text += '\n';
      } else {
        append_text(assessment, colour_, text);
      }
    });
  }

  void show_progress() {
    const auto now = std::chrono::steady_clock::now();
    if (!shows_progress_ || now - told_ < std::chrono::milliseconds(500)) {
      return;
    }
    told_ = now;
    shown_ = true;
    std::cerr << fmt::format("\r{} addresses", count_) << std::flush;
  }

  std::shared_ptr<const guard::Assessor> assessor_;
  guard::Mode mode_;
  bool json_;
  bool colour_;
  const Sender& sender_;
  guard::NameService* names_;  // null: not asked
  Output& output_;
  guard::RecentDomains recent_;
  guard::Assessment found_now_;
  Pasted pasted_;
  bool shows_progress_;
  bool shown_ = false;
  bool found_ = false;
  std::size_t count_ = 0;
  std::chrono::steady_clock::time_point told_ =
      std::chrono::steady_clock::now();
};

// Why the work cannot begin.
struct Ending {
  int code;
  std::string message;
};

std::unexpected<Ending> end(int code, std::string message) {
  return std::unexpected(Ending{code, std::move(message)});
}

std::expected<Sender, Ending> read_sender(const Options& options) {
  Sender sender;
  std::optional<mail::Address> address;
  if (!options.from.empty()) {
    auto parsed = mail::Address::parse(options.from);
    if (!parsed) return end(kUsage, "--from: " + parsed.error().message);
    address = std::move(*parsed);
    if (address->name()) sender.known.push_back(address->domain());
  }
  if (options.state.empty()) return sender;
  const auto place = store_at(options.state);
  if (!place) return end(kUsage, place.error().message);
  auto memory = Memory::open(*place, address ? address->to_string() : "");
  if (!memory) return end(kUnavailable, memory.error().message);
  sender.memory = std::move(*memory);
  if (!address) return sender;
  auto opened = Confirmed::open(*place, *address);
  if (!opened) return end(kUnavailable, opened.error().message);
  sender.confirmed = std::move(*opened);
  return sender;
}

// The file, and the flags over it.
std::expected<config::Config, Ending> read_config(const Options& options) {
  auto config = load_config(options.config);
  if (!config) return end(kBadConfig, config.error().message);
  const auto mode = guard::parse_mode(options.mode);
  if (!mode && !options.mode.empty()) {
    return end(
        kUsage,
        fmt::format("--mode: must be watch, ask, hold or reject, not '{}'",
                    printable(options.mode, 40)));
  }
  if (mode) config->gate.mode = *mode;
  config->known_files.insert(config->known_files.end(),
                             options.known_files.begin(),
                             options.known_files.end());
  config->names_files.insert(config->names_files.end(),
                             options.names_files.begin(),
                             options.names_files.end());
  config->index_files.insert(config->index_files.end(),
                             options.index_files.begin(),
                             options.index_files.end());
  if (!options.channel.empty()) config->channel_file = options.channel;
  return std::move(*config);
}

std::expected<std::unique_ptr<dns::GuardNames>, Ending> open_names(
    const Options& options) {
  if (!options.dns && options.resolvers.empty()) return nullptr;
  dns::ResolverOptions asking;
  for (const std::string& text : options.resolvers) {
    auto server = dns::Server::parse(text);
    if (!server) return end(kUsage, "--resolver: " + server.error().message);
    asking.servers.push_back(std::move(*server));
  }
  auto names = dns::GuardNames::open(
      std::move(asking), kPatience,
      {.directory = options.state, .access = store::NamesAccess::kRead});
  if (!names) return end(kUnavailable, names.error().message);
  return std::move(*names);
}

int run(Checker& checker, const std::vector<std::string>& addresses) {
  const bool reads =
      addresses.empty() || std::ranges::find(addresses, "-") != addresses.end();
  if (reads && ::isatty(0) == 1) {
    complain("reading addresses from the terminal, one a line, to Ctrl-D");
  }
  if (addresses.empty() && !checker.judge_standard_input()) return kData;
  for (const std::string& address : addresses) {
    if (address != "-") {
      checker.judge(address);
    } else if (!checker.judge_standard_input()) {
      return kData;
    }
  }
  return checker.found() ? kFound : kOk;
}

}  // namespace

int check(const Arguments& arguments) {
  CLI::App app(
      "Judges mail addresses: is this one right, or almost right?\n"
      "They are read one a line from standard input where ADDRESS is '-' or "
      "none is\ngiven; empty lines are skipped.",
      "lostletter check [ADDRESS]...");
  Options options;
  describe(app, options);
  if (const auto code = parse(app, arguments, &options.addresses)) {
    return *code;
  }
  const auto sender = read_sender(options);
  if (!sender) return give_up(sender.error().code, sender.error().message);
  const auto config = read_config(options);
  if (!config) return give_up(config.error().code, config.error().message);
  const auto built =
      build_assessor(*config, sender->known,
                     sender->memory ? sender->memory->familiar() : Familiars());
  if (!built) return give_up(kData, built.error().message);
  for (const std::string& notice : built->notices) complain(notice);

  const auto dns_names = open_names(options);
  if (!dns_names) {
    return give_up(dns_names.error().code, dns_names.error().message);
  }

  Output output;
  Checker checker(built->assessor, config->gate.mode, options.json, *sender,
                  dns_names->get(), output);
  return output.finish(run(checker, options.addresses));
}

}  // namespace lostletter::programs
