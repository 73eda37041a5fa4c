// SPDX-License-Identifier: Apache-2.0
//
// How good is the engine? Tables over evaluation data that stands beside the
// project (docs/evaluation.md says what is measured and how to read it).
#include <exception>
#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>

#include "files.h"
#include "report.h"

namespace lostletter::eval {
namespace {

void load(Report& report) {
  const Settings& settings = report.settings;
  report.typos = load_typos(settings.data);
  report.legitimate = load_legitimate(settings.data, report.typos);
  report.neighbours = load_neighbours(settings.data);
  report.pool = load_pool(settings.data);
  if (settings.only.empty()) return;
  std::erase_if(report.typos, [&](const TypoSource& source) {
    return source.name != settings.only;
  });
}

void run(Report& report) {
  load(report);
  const auto wants = [&](char letter) {
    return report.settings.sections.find(letter) != std::string::npos;
  };
  if (wants('A')) typed_slips(report, false);
  if (wants('B')) typed_slips(report, true);
  if (wants('C')) legitimate_names(report, false);
  if (wants('C')) legitimate_names(report, true);
  if (wants('D')) neighbours(report);
  if (wants('E')) combined_slips(report);
  if (wants('F')) calibration(report);
  if (wants('G')) local_parts(report);
  if (wants('H')) wrong_entries(report);
  if (wants('I')) questions(report);
  if (wants('J')) natural_slips(report);
  goals(report);
  if (report.settings.misses.empty()) return;
  std::ofstream file(report.settings.misses);
  file << "section\tlist\ttyped\tintended\tanswered\tprobability\n";
  for (const auto& miss : report.misses) file << miss << '\n';
}

int main_program(int argc, char** argv) {
  Settings settings;
  CLI::App app("Figures of the engine on the evaluation data.");
  app.add_option("--sections", settings.sections, "letters of the sections");
  app.add_option("--only", settings.only, "this source of slips only");
  app.add_option("--misses", settings.misses,
                 "list wrong answers here (names only)");
  app.add_flag("--markdown", settings.markdown, "tables as Markdown");
  app.add_option("--seed", settings.seed, "of everything drawn");
  app.add_option("--known", settings.known, "names known beside the intended");
  app.add_option("--prevalence", settings.prevalence,
                 "slips among letters to names not listed");
  app.add_option("--channel", settings.channel,
                 "a table of tools/learn_channel instead of the shipped one");
  app.add_option("--channels", settings.channels,
                 "a folder of such tables: SOURCE.tsv judges that source");
  std::string peers;
  app.add_option("--peers", peers, "script that asks the address checkers");
  CLI11_PARSE(app, argc, argv);
  settings.data = find_data();
  if (settings.data.empty()) {
    std::cout << "skipped: no evaluation data here\n";
    return 0;
  }
  Report report(settings, std::cout);
  report.peers = Peers(peers);
  run(report);
  return 0;
}

}  // namespace
}  // namespace lostletter::eval

int main(int argc, char** argv) {
  try {
    return lostletter::eval::main_program(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "evaluate: " << error.what() << '\n';
    return 1;
  }
}
