// SPDX-License-Identifier: Apache-2.0
//
// lostletter sinkhole queries: how often mail servers ask where mail to wrong
// names goes, from what name servers write down. No mail is received for it.
#include <algorithm>
#include <unordered_map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include "archive/bytes.h"
#include "archive/lines.h"
#include "base/log.h"
#include "base/text.h"
#include "domain/name.h"
#include "exposure/candidate.h"
#include "lookalike/engine.h"
#include "net/endpoint.h"
#include "programs/dnstap_socket.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/query_diary.h"
#include "programs/sinkhole_commands.h"
#include "programs/sinkhole_text.h"
#include "sinkhole/frame_stream.h"
#include "sinkhole/page.h"

namespace lostletter::programs {
namespace {

// Names judged are remembered: the same ones are asked for again and again.
constexpr std::size_t kMostJudged = 100'000;
constexpr double kSureEnough = 0.9;  // DESIGN 3: misdirected

struct Options {
  std::vector<std::string> names;
  bool json = false;
  std::string dnstap;
  std::string state;
};

// What a name that is asked for was meant to be. Those one holds are told; of
// others that do not exist the engine is asked.
class Meaning {
 public:
  explicit Meaning(sinkhole::Names names)
      : names_(std::move(names)),
        engine_(lookalike::Engine({lookalike::built_in_index()},
                                  lookalike::built_in_options())) {}

  std::optional<sinkhole::Match> of(const sinkhole::Query& query) {
    if (auto match = names_.find(query.name)) return match;
    if (!names_.all().empty() ||
        query.answered != sinkhole::Answered::kNoName) {
      return std::nullopt;
    }
    const auto known = judged_.find(query.name);
    if (known != judged_.end()) return known->second;
    if (judged_.size() >= kMostJudged) judged_.clear();
    return judged_[query.name] = judge(query.name);
  }

 private:
  std::optional<sinkhole::Match> judge(const std::string& name) const {
    if (!domain::Name::parse(name)) return std::nullopt;
    const auto judgement = engine_.judge(name);
    if (judgement.probability < kSureEnough || judgement.intended.empty()) {
      return std::nullopt;
    }
    const std::string& intended = judgement.intended.front().name;
    return sinkhole::Match{std::string(exposure::registered_part(name)), name,
                           intended,
                           std::string(exposure::registered_part(intended))};
  }

  sinkhole::Names names_;
  lookalike::Engine engine_;
  std::unordered_map<std::string, std::optional<sinkhole::Match>> judged_;
};

void describe(CLI::App& app, Options& options) {
  app.add_option("--name", options.names,
                 "A wrong name and what is meant by it: army.ml=army.mil; "
                 "names below it are included; may be repeated. Without: every "
                 "name that does not exist and resembles a known one")
      ->allow_extra_args(false)
      ->type_name("WRONG=MEANT");
  app.add_flag("--json", options.json, "One JSON object a line");
  app.add_option("--dnstap", options.dnstap,
                 "Listen there for name servers that write dnstap "
                 "(unix:/path), instead of reading files")
      ->type_name("ENDPOINT");
  app.add_option("--state", options.state,
                 "Keep counts there, for 'sinkhole report'; with --dnstap")
      ->type_name("DIR");
  app.footer(
      "FILE is dnstap (a frame stream), or a query log of unbound or BIND, "
      "packed or not;\n- is standard input. Ends with 0, 64 for a wrong "
      "command line, 65 for a file that\ncannot be read, 69 when the socket "
      "or the state directory cannot be used, 74 when\nthe output cannot be "
      "written.");
}

// Counts of one run.
struct Count {
  Meaning meaning;
  sinkhole::QueryTally tally;
  std::uint64_t questions = 0;  // for mail hosts, whatever the name

  void note(const sinkhole::Query& query) {
    ++questions;
    if (const auto match = meaning.of(query)) tally.note(query, *match);
  }
};

Result<void> read_stream(archive::Bytes& bytes, Count& count) {
  sinkhole::FrameReader frames;
  for (auto block = bytes.next(); !block.empty(); block = bytes.next()) {
    frames.feed(block);
    for (;;) {
      const auto frame = frames.next();
      if (!frame) return std::unexpected(frame.error());
      if (!*frame) break;
      if ((*frame)->kind != sinkhole::FrameKind::kData) continue;
      const auto query = sinkhole::read_dnstap((*frame)->data);
      if (!query) return std::unexpected(query.error());
      if (*query) count.note(**query);
    }
  }
  // A writer that was killed leaves half a frame; what came before it counts.
  return {};
}

void read_log(archive::Bytes& bytes, Seconds modified, Count& count) {
  sinkhole::QueryLog log(modified);
  archive::Lines lines(bytes);
  while (lines.next()) {
    if (const auto query = log.read(lines.text())) count.note(*query);
  }
}

Seconds modified_at(const std::string& path) {
  struct stat status{};
  if (path == "-" || ::stat(path.c_str(), &status) != 0) {
    return system_clock().now();
  }
  return Seconds(Duration(status.st_mtime));
}

Result<void> read_file(const std::string& path, Count& count) {
  auto bytes = archive::Bytes::open(path);
  if (!bytes) return std::unexpected(bytes.error());
  // A frame stream begins with a control frame: a length of 0.
  const bool is_stream =
      (*bytes)->head().starts_with(std::string_view("\0\0\0\0", 4));
  if (is_stream) {
    if (auto read = read_stream(**bytes, count); !read) {
      return fail(path + ": " + read.error().message);
    }
  } else {
    read_log(**bytes, modified_at(path), count);
  }
  if (!(*bytes)->damage().empty()) {
    complain(path + ": " + (*bytes)->damage());
  }
  return {};
}

int print(const Options& options, const Count& count) {
  Output output;
  const auto reports = sinkhole::make_query_reports(count.tally);
  for (const sinkhole::QueryReport& one : reports) {
    output.write(options.json ? to_json(one) : to_text(one));
  }
  if (!options.json) {
    output.write(reports.empty()
                     ? fmt::format("none of {} questions for mail hosts is for "
                                   "a wrong name\n",
                                   count.questions)
                     : fmt::format("{}\n", sinkhole::kNoLetters));
  }
  return output.finish(kOk);
}

int read_files(const Options& options, sinkhole::Names names,
               const Arguments& paths) {
  Count count{Meaning(std::move(names)), sinkhole::QueryTally(), 0};
  for (const std::string& path : paths) {
    if (auto read = read_file(path, count); !read) {
      return give_up(kData, read.error().message);
    }
  }
  return print(options, count);
}

int listen(const Options& options, sinkhole::Names names) {
  const auto endpoint = net::Endpoint::parse(options.dnstap);
  if (!endpoint)
    return give_up(kUsage, "--dnstap: " + endpoint.error().message);
  // What clients ask is nobody's business on a network.
  if (endpoint->kind == net::Endpoint::Kind::kInet &&
      !endpoint->is_loopback()) {
    return give_up(kUsage, "--dnstap: listen on unix:/path, or on loopback");
  }
  auto diary = QueryDiary::open(options.state, system_clock());
  if (!diary) return give_up(kUnavailable, diary.error().message);
  const auto descriptor = net::listen(*endpoint);
  if (!descriptor) return give_up(kUnavailable, descriptor.error().message);
  log_event(Event::kListening, {{"endpoint", endpoint->to_string()}});
  Meaning meaning(std::move(names));
  const auto complain_of = [](const Error& error) {
    log_event(Event::kStoreFailed, {{"problem", error.message}});
  };
  log_event(Event::kStarted, {{"version", LOSTLETTER_VERSION}});
  serve_dnstap(*descriptor,
               {.payload =
                    [&](std::string_view payload) {
                      const auto query = sinkhole::read_dnstap(payload);
                      if (!query || !*query) return;
                      const auto match = meaning.of(**query);
                      if (!match) return;
                      if (auto noted = diary->note(**query, *match); !noted) {
                        complain_of(noted.error());
                      }
                    },
                .trouble = [](std::string_view problem) { complain(problem); },
                .tick =
                    [&] {
                      if (auto saved = diary->save(); !saved)
                        complain_of(saved.error());
                    }});
  const auto saved = diary->save();
  if (!saved) complain_of(saved.error());
  log_event(Event::kStopped);
  return saved ? kOk : kUnavailable;
}

}  // namespace

int sinkhole_queries(const Arguments& arguments) {
  CLI::App app(
      "Counts how often mail servers ask for the mail hosts of wrong names, "
      "from what\nname servers write down: no mail is received for it.",
      "lostletter sinkhole queries [--name WRONG=MEANT]... FILE...");
  Options options;
  describe(app, options);
  Arguments paths;
  if (const auto code = parse(app, arguments, &paths)) return *code;
  auto names = sinkhole::Names::parse(options.names);
  if (!names) return give_up(kUsage, "--name: " + names.error().message);
  if (options.dnstap.empty() == paths.empty()) {
    return give_up(kUsage, "name files to read, or --dnstap and --state");
  }
  if (options.dnstap.empty() != options.state.empty()) {
    return give_up(kUsage, "--dnstap and --state belong together");
  }
  if (!paths.empty()) return read_files(options, std::move(*names), paths);
  return listen(options, std::move(*names));
}

}  // namespace lostletter::programs
