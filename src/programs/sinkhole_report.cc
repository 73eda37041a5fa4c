// SPDX-License-Identifier: Apache-2.0
//
// lostletter sinkhole report: what was counted.
#include <algorithm>
#include <array>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "domain/name.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/query_diary.h"
#include "programs/sinkhole_commands.h"
#include "programs/sinkhole_text.h"
#include "sinkhole/diary.h"
#include "sinkhole/page.h"

namespace lostletter::programs {
namespace {

using sinkhole::QueryReport;
using sinkhole::Report;

struct Options {
  std::string state;
  bool json = false;
  std::string format = "text";
  std::string owner;
  std::string security_txt;
};

struct Counted {
  std::vector<Report> letters;
  std::vector<QueryReport> queries;
};

void print_text(const Options&, const Counted& counted, Output& output) {
  for (const Report& one : counted.letters) output.write(to_text(one));
  if (!counted.letters.empty()) {
    output.write(fmt::format("{}\n", sinkhole::kUpperBound));
  }
  for (const QueryReport& one : counted.queries) output.write(to_text(one));
  if (!counted.queries.empty()) {
    output.write(fmt::format("{}\n", sinkhole::kNoLetters));
  }
  if (counted.letters.empty() && counted.queries.empty()) {
    output.write("nothing was refused yet\n");
  }
}

void print_json(const Options&, const Counted& counted, Output& output) {
  for (const Report& one : counted.letters) output.write(to_json(one));
  for (const QueryReport& one : counted.queries) output.write(to_json(one));
}

void print_page(const Options&, const Counted& counted, Output& output) {
  output.write(sinkhole::to_html(counted.letters, counted.queries));
}

void print_notice(const std::vector<std::string>& contacts,
                  const Counted& counted, Output& output) {
  output.write(sinkhole::notice(counted.letters.front(), contacts));
}

// A row each; the help is made of them.
struct FormatRow {
  std::string_view name;
  std::string_view sentence;
  void (*print)(const Options&, const Counted&, Output&);  // null: notice
};
constexpr auto kFormats = std::to_array<FormatRow>({
    {"text", "for people", &print_text},
    {"json", "one object a line, the same as --json", &print_json},
    {"html", "one page, to keep or to send", &print_page},
    {"notice",
     "the draft of a letter to the owner of the name meant; nothing is sent",
     nullptr},
});

std::string formats_text() {
  std::string text = "How to print it: ";
  for (const FormatRow& row : kFormats) {
    if (!text.ends_with(' ')) text += "; ";
    text += fmt::format("{}: {}", row.name, row.sentence);
  }
  return text;
}

void describe(CLI::App& app, Options& options) {
  app.add_option("--state", options.state,
                 "Where the sinkhole keeps its counts")
      ->type_name("DIR");
  app.add_flag("--json", options.json, "One JSON object a line");
  app.add_option("--format", options.format, formats_text())
      ->type_name("FORMAT");
  app.add_option("--for", options.owner,
                 "Only of letters meant for this organisation, such as "
                 "army.mil")
      ->type_name("NAME");
  app.add_option("--security-txt", options.security_txt,
                 "Address the notice to the contacts in this file, fetched "
                 "from https://NAME/.well-known/security.txt; else to "
                 "postmaster")
      ->type_name("FILE");
  app.footer(
      "Numbers are upper bounds: without reading letters, machines cannot all "
      "be told\nfrom people. Ends with 0, 64 for a wrong command line, 65 for "
      "a security.txt that\ncannot be read, 69 when the counts cannot be read, "
      "74 when the output cannot be\nwritten.");
}

Result<Counted> read_counts(const Options& options) {
  const auto tally = sinkhole::Diary::read_all(options.state);
  if (!tally) return std::unexpected(tally.error());
  const auto asked = QueryDiary::read_all(options.state);
  if (!asked) return std::unexpected(asked.error());
  Counted counted{sinkhole::make_reports(*tally),
                  sinkhole::make_query_reports(*asked)};
  if (!options.owner.empty()) {
    const auto is_other = [&](const auto& one) {
      return one.owner != options.owner;
    };
    std::erase_if(counted.letters, is_other);
    std::erase_if(counted.queries, is_other);
  }
  return counted;
}

int write_notice(const Options& options, const Counted& counted) {
  if (counted.letters.empty()) {
    return give_up(kUnavailable,
                   "there is nothing to tell: no letter was "
                   "refused yet");
  }
  if (counted.letters.size() > 1) {
    std::string names;
    for (const Report& one : counted.letters) names += " " + one.owner;
    return give_up(kUsage, "say with --for whom it is about:" + names);
  }
  std::vector<std::string> contacts;
  if (!options.security_txt.empty()) {
    const auto text = read_file(options.security_txt, 1 << 20);
    if (!text) return give_up(kData, text.error().message);
    contacts = sinkhole::contacts_of(*text);
    if (contacts.empty()) {
      complain(options.security_txt +
               " has no contact by mail: the notice is to postmaster");
    }
  }
  Output output;
  print_notice(contacts, counted, output);
  return output.finish(kOk);
}

}  // namespace

int sinkhole_report(const Arguments& arguments) {
  CLI::App app(
      "What a sinkhole counted, for each organisation whose mail goes astray.",
      "lostletter sinkhole report --state DIR");
  Options options;
  describe(app, options);
  if (const auto code = parse(app, arguments)) return *code;
  if (options.json) options.format = "json";
  const auto format =
      std::ranges::find(kFormats, options.format, &FormatRow::name);
  if (format == kFormats.end()) {
    std::vector<std::string> known;
    for (const FormatRow& row : kFormats) known.emplace_back(row.name);
    return give_up(kUsage, fmt::format("--format: '{}' is none{}",
                                       printable(options.format, 40),
                                       did_you_mean(options.format, known)));
  }
  if (options.state.empty()) return give_up(kUsage, "say with --state where");
  if (!options.owner.empty()) {
    const auto name = domain::Name::parse(options.owner);
    if (!name) return give_up(kUsage, "--for: " + name.error().message);
    options.owner = name->ascii();
  }
  const auto counted = read_counts(options);
  if (!counted) return give_up(kUnavailable, counted.error().message);
  if (format->print == nullptr) return write_notice(options, *counted);
  Output output;
  format->print(options, *counted, output);
  return output.finish(kOk);
}

}  // namespace lostletter::programs
