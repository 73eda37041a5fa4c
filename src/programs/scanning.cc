// SPDX-License-Identifier: Apache-2.0
#include "programs/scanning.h"

#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/large_pages.h"
#include "base/text.h"
#include "base/zone.h"
#include "guard/us.h"
#include "programs/engine.h"
#include "programs/output.h"

namespace lostletter::programs {
namespace {

// Set by SIGINT and SIGTERM.
std::atomic<bool> g_stop = false;

}  // namespace

void hear_signals() {
  for (const int signal : {SIGINT, SIGTERM}) {
    std::signal(signal, [](int) { g_stop = true; });
  }
}

bool is_stopped() { return g_stop; }

namespace {

// "2026-11-24" or "2026-11-24T12:30:00Z"
std::optional<Seconds> parse_time(std::string_view text, const Zone& zone) {
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
  const Seconds time = sys_days(date) + hours(number(11, 2)) +
                       minutes(number(14, 2)) + seconds(number(17, 2));
  const auto since_1970 = time.time_since_epoch().count();
  // A day begins where one lives; before 1970 there are no letters.
  if (text.size() != 10 || since_1970 < 0 || since_1970 > 0xffffffff) {
    return time;
  }
  return Seconds(Duration(zone.utc(static_cast<std::uint32_t>(since_1970))));
}

}  // namespace

Result<scan::Period> read_period(const std::string& since,
                                 const std::string& until,
                                 const std::string& zone) {
  scan::Period period;
  auto loaded = Zone::load(zone);
  if (!loaded) return fail("--time-zone: " + loaded.error().message);
  period.zone = std::move(*loaded);
  const auto take = [&](const std::string& text, std::string_view flag,
                        std::optional<Seconds>& time) -> Result<void> {
    if (text.empty()) return {};
    time = parse_time(text, period.zone);
    if (time) return {};
    return fail(
        fmt::format("{}: '{}' is no day (2026-11-24) and no time "
                    "(2026-11-24T12:30:00Z)",
                    flag, printable(text, 40)));
  };
  if (auto taken = take(since, "--since", period.since); !taken) {
    return std::unexpected(taken.error());
  }
  if (auto taken = take(until, "--until", period.until); !taken) {
    return std::unexpected(taken.error());
  }
  return period;
}

namespace {

// Mailboxes may begin alike; the lines of a log have their time. What can be
// read once only, as a pipe, is not looked into.
std::optional<archive::Source> open_log(const archive::Input& input) {
  using archive::Kind;
  std::error_code error;
  if (!std::filesystem::is_regular_file(input.path, error)) return std::nullopt;
  auto source = archive::Source::open(input);
  if (!source) return std::nullopt;  // told when it is to be read
  const Kind kind = source->kind();
  const bool is_log =
      kind == Kind::kPostfix || kind == Kind::kExim || kind == Kind::kSendmail;
  if (!is_log || source->fingerprints().empty()) return std::nullopt;
  return std::move(*source);
}

}  // namespace

Inputs without_copies(const std::vector<archive::Input>& inputs) {
  Inputs kept;
  std::map<std::string, std::size_t> known;  // fingerprint -> of kept.inputs
  for (const archive::Input& input : inputs) {
    const std::size_t number = kept.inputs.size();
    const auto source = open_log(input);
    if (!source) {
      kept.inputs.push_back(input);
      continue;
    }
    const auto [at, fresh] =
        known.try_emplace(source->fingerprints().front(), number);
    if (fresh) {
      kept.inputs.push_back(input);
      continue;
    }
    archive::Input& other = kept.inputs[at->second];
    const bool is_larger = input.size > other.size && source->packing().empty();
    const std::string& left_out = is_larger ? other.path : input.path;
    const std::string& read = is_larger ? input.path : other.path;
    kept.notices.push_back(
        fmt::format("{} begins as {} does: it is taken for a copy and not read",
                    printable(left_out), printable(read)));
    if (is_larger) other = input;
  }
  return kept;
}

Result<Ours> find_us(const std::vector<std::string>& us,
                     const config::Config& config, const scan::Ledger& ledger) {
  if (!us.empty()) return Ours{us, "--us"};
  if (!config.gate.our_domains.empty()) {
    return Ours{config.gate.our_domains, "our_domains of the configuration"};
  }
  const auto guess = guard::guess_us(ledger.sides());
  if (!guess) return std::unexpected(guess.error());
  return Ours{guess->domains,
              "guessed: " + guess->reason + "; --us says it for certain"};
}

namespace {

// Those of --protect that are more than a suffix are known names as well.
std::vector<std::string> protected_names(const config::Config& config) {
  std::vector<std::string> names;
  for (const std::string& name : config.protected_suffixes) {
    if (name.contains('.')) names.push_back(name);
  }
  return names;
}

}  // namespace

Result<scan::Report> judge(const scan::Ledger& ledger, const Ours& ours,
                           scan::Units units, config::Config config,
                           unsigned threads, ReadingBar& bar) {
  scan::JudgeOptions options;
  options.us = ours.domains;
  options.us_because = ours.because;
  options.misdirected_at = config.rules.misdirected_at;
  options.doubtful_at = config.rules.doubtful_at;
  options.units = std::move(units);
  options.threads = threads;
  options.progress = [&](std::size_t done, std::size_t all) {
    bar.show("judging correspondents", done, all);
    LargeMemory::relieve();
    if (g_stop) throw Stopped();
  };
  config.gate.our_domains.clear();
  for (const std::string& entry : ours.domains) {
    if (!entry.contains('@')) config.gate.our_domains.push_back(entry);
  }
  return scan::judge(ledger, options,
                     [&](const scan::EachPartner& each)
                         -> Result<std::shared_ptr<const guard::Assessor>> {
                       const auto ground =
                           Groundwork::lay(config, protected_names(config));
                       if (!ground) return std::unexpected(ground.error());
                       for (const std::string& notice : ground->notices()) {
                         complain(notice);
                       }
                       return ground->teach_each([&](const UseFamiliar& use) {
                         each([&](const scan::Partner& one) {
                           use(one.local_part, one.domain, one.weight,
                               lookalike::Standing::kKnown);
                         });
                       });
                     });
}

}  // namespace lostletter::programs
