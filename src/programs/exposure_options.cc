// SPDX-License-Identifier: Apache-2.0
#include "programs/exposure_options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "domain/name.h"
#include "exposure/candidate.h"
#include "programs/command.h"
#include "programs/setup.h"

namespace lostletter::programs {
namespace {

using exposure::Format;

std::string formats_text() {
  std::string text = "How to print it: ";
  for (const exposure::FormatRow& row : exposure::format_rows()) {
    if (!text.ends_with(' ')) text += "; ";
    text += fmt::format("{}: {}", row.name, row.sentence);
  }
  return text;
}

void describe_names(CLI::App& app, ExposureOptions& options) {
  app.add_option("--mass", options.mass,
                 "List names until so much of what goes wrong is covered, and "
                 "all names one edit away")
      ->type_name("0..1")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--limit", options.limit,
                 fmt::format("At most N names, the likeliest; 0 for all (the "
                             "table has {})",
                             kUsualRows))
      ->type_name("N");
  app.add_option("--known", options.known_files,
                 "File of names one corresponds with, or of one's own "
                 "sub-domains, one a line; may be repeated")
      ->allow_extra_args(false)
      ->type_name("FILE");
  app.add_option("--names", options.names_files,
                 "Popularity list: one name a line, or rank,name; may be "
                 "repeated")
      ->allow_extra_args(false)
      ->type_name("FILE");
}

void describe_probe(CLI::App& app, ExposureOptions& options) {
  app.add_flag("--smtp-probe", options.smtp_probe,
               "Ask the mail hosts of names that take mail whether they take "
               "an address that nobody has: RCPT, never DATA, one after the "
               "other; only for names of --own");
  app.add_flag("--i-am-authorised", options.authorised,
               "Probe the mail hosts of others, too: I may");
  app.add_option("--smtp-port", options.smtp_port, "Where mail hosts listen")
      ->type_name("PORT")
      ->capture_default_str();
  app.add_option("--probe-pause", options.probe_pause,
                 "Seconds between two probes")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
}

}  // namespace

void describe(CLI::App& app, ExposureOptions& options) {
  app.add_flag("--json", options.json, "One JSON object a line");
  app.add_option("--format", options.format, formats_text())
      ->type_name("FORMAT");
  app.add_flag("--no-resolve", options.no_resolve,
               "Only say which names there are, ask no name server");
  app.add_option("--resolver", options.resolvers,
                 "Recursive resolver to ask, ADDRESS or ADDRESS:PORT; else "
                 "those of this host; may be repeated")
      ->allow_extra_args(false)
      ->type_name("ADDR:PORT");
  app.add_option(
         "--in-flight", options.asking.in_flight,
         "Questions to name servers at a time; fewer to a resolver that "
         "is not one's own")
      ->type_name("N")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  app.add_option("--letters-per-year", options.letters,
                 "How many letters are written to NAME and its sub-domains")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--state", options.state,
                 "State directory of a guard: how many letters we write, and "
                 "to which sub-domains, as 'lostletter learn' taught it")
      ->type_name("DIR");
  app.add_option("--own", options.own,
                 "A wrong name that one holds already; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  app.add_option("--partners", options.partners,
                 "Also the N names one writes to most, as --state knows them: "
                 "where one's own letters go astray")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000));
  app.add_flag("--inside", options.inside,
               "Private and loopback addresses count as reachable: names of "
               "one's own network");
  describe_probe(app, options);
  describe_names(app, options);
  app.footer(
      "Ends with 0 when no wrong name takes mail, 1 when one does, 64 for a "
      "wrong\ncommand line, 65 for a file that cannot be read, 69 when no "
      "resolver answers or\nthe store cannot be read, 74 when the output "
      "cannot be written.");
}

Result<void> read_options(ExposureOptions& options) {
  const auto format = exposure::parse_format(options.format);
  if (!format) {
    std::vector<std::string> known;
    for (const auto& row : exposure::format_rows()) {
      known.emplace_back(row.name);
    }
    return fail(fmt::format("--format: '{}' is none{}",
                            printable(options.format, 40),
                            did_you_mean(options.format, known)));
  }
  options.chosen = options.json ? Format::kJson : *format;
  const bool blocks =
      options.chosen == Format::kPostfix || options.chosen == Format::kPolicy ||
      options.chosen == Format::kUnbound || options.chosen == Format::kRpz;
  if (blocks && options.no_resolve) {
    return fail(
        fmt::format("--format {} lists names that take mail: leave "
                    "--no-resolve out",
                    options.format));
  }
  if (options.chosen == Format::kZone && options.own.empty()) {
    return fail("--format zone: say with --own which names you hold");
  }
  if (options.partners > 0 && options.state.empty()) {
    return fail(
        "--partners: say with --state where it is known to whom one "
        "writes");
  }
  if (options.smtp_probe && options.no_resolve) {
    return fail(
        "--smtp-probe needs to know mail hosts: leave --no-resolve out");
  }
  if (options.smtp_probe && options.own.empty() && !options.authorised) {
    return fail(
        "--smtp-probe talks to other people's mail servers: name with --own "
        "the names that are yours, or say --i-am-authorised");
  }
  for (std::string& own : options.own) {
    const auto name = domain::Name::parse(own);
    if (!name) return fail("--own: " + name.error().message);
    own = exposure::registered_part(name->ascii());
  }
  for (const std::string& text : options.resolvers) {
    const auto server = dns::Server::parse(text);
    if (!server) return fail("--resolver: " + server.error().message);
    options.asking.servers.push_back(*server);
  }
  return {};
}

}  // namespace lostletter::programs
