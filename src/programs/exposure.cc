// SPDX-License-Identifier: Apache-2.0
//
// lostletter exposure: which names will be typed instead of this one, how
// often, and whose they are or may become.
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "exposure/generate.h"
#include "exposure/targets.h"
#include "lookalike/engine.h"
#include "programs/commands.h"
#include "programs/engine.h"
#include "programs/exit_code.h"
#include "programs/output.h"
#include "programs/setup.h"

namespace lostletter::programs {
namespace {

using Json = nlohmann::ordered_json;
using Layers = std::vector<std::shared_ptr<const lookalike::Index>>;

// Sub-domains beyond the greatest ones add little but their number.
constexpr std::size_t kMostSubDomains = 50;
// Rows that a person reads, unless they ask for more.
constexpr std::size_t kUsualRows = 40;

struct Options {
  bool json = false;
  bool no_resolve = false;
  double mass = 0.99;
  std::optional<std::size_t> limit;
  std::vector<std::string> known_files;
  std::vector<std::string> names_files;
};

void describe(CLI::App& app, Options& options) {
  app.add_flag("--json", options.json, "One JSON object a line");
  app.add_flag("--no-resolve", options.no_resolve,
               "Only say which names there are, ask no name server");
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
  app.footer(
      "Ends with 0 when no wrong name takes mail, 1 when one does, 64 for a "
      "wrong\ncommand line, 65 for a file that cannot be read, 74 when the "
      "output cannot be\nwritten.");
}

Result<Layers> make_layers(const Options& options) {
  std::vector<std::string> notices;
  const auto lists =
      read_lists(options.known_files, options.names_files, notices);
  if (!lists) return std::unexpected(lists.error());
  for (const std::string& notice : notices) complain(notice);
  Layers layers = {lookalike::built_in_index()};
  if (!lists->empty()) {
    layers.push_back(std::make_shared<const lookalike::Index>(
        lookalike::Index::build(*lists)));
  }
  return layers;
}

Result<std::vector<domain::Name>> read_names(const Arguments& texts) {
  std::vector<domain::Name> names;
  for (const std::string& text : texts) {
    auto name = domain::Name::parse(text);
    if (!name) {
      return fail(fmt::format("'{}' is no domain name: {}", printable(text, 80),
                              name.error().message));
    }
    if (name->labels().size() < 2) {
      return fail(
          fmt::format("'{}' has only one label; name a domain that "
                      "takes mail, such as example.com",
                      printable(text, 80)));
    }
    names.push_back(std::move(*name));
  }
  return names;
}

struct Exposure {
  std::vector<exposure::Target> targets;
  exposure::Generated generated;
};

std::string edit_of(const Exposure& found, const exposure::Candidate& one) {
  return exposure::edit_of(lookalike::Channel::built_in(),
                           found.targets[one.of], one.name);
}

void append_json(const Exposure& found, std::string& text) {
  for (const exposure::Candidate& one : found.generated.candidates) {
    const Json object = {{"name", one.name},
                         {"of", found.targets[one.of].name.ascii()},
                         {"edit", edit_of(found, one)},
                         {"probability", one.probability},
                         {"mx", nullptr},
                         {"accepts", "unknown"},
                         {"expected_per_year", nullptr},
                         {"per_letter", one.weight},
                         {"neighbour", one.neighbour},
                         {"holder", to_string(one.holder)},
                         {"registered", exposure::registered_part(one.name)}};
    text += object.dump();
    text += '\n';
  }
}

// "1,500", "12", "0.35"
std::string per_million(double share) {
  const double count = share * 1e6;
  return count >= 100 ? fmt::format("{:.0f}", count)
                      : fmt::format("{:.3g}", count);
}

void append_table(const Exposure& found, std::size_t rows, std::string& text) {
  const exposure::Generated& all = found.generated;
  const std::string& name = found.targets.front().name.unicode();
  text += fmt::format(
      "{}{}: {} of a million letters go to another name\n", name,
      found.targets.size() > 1
          ? fmt::format(" and {} sub-domains", found.targets.size() - 1)
          : "",
      per_million(all.all_weight));
  text += fmt::format("{:>11}  {:<11} {:<30} {}\n", "per million", "who may",
                      "name", "how");
  std::size_t shown = 0;
  for (const exposure::Candidate& one : all.candidates) {
    if (rows > 0 && shown == rows) break;
    ++shown;
    text += fmt::format("{:>11}  {:<11} {:<30} {}\n", per_million(one.weight),
                        to_string(one.holder), one.name, edit_of(found, one));
  }
  if (shown < all.candidates.size()) {
    text += fmt::format("and {} names more: --limit 0 shows all\n",
                        all.candidates.size() - shown);
  }
}

int run(const Options& options, const std::vector<domain::Name>& names,
        const Layers& layers) {
  Output output;
  std::size_t most = options.limit.value_or(0);
  for (const domain::Name& name : names) {
    Exposure found;
    found.targets = exposure::usual_targets(name, layers, 1 + kMostSubDomains);
    found.generated =
        exposure::generate(lookalike::Channel::built_in(), found.targets,
                           {.mass = options.mass, .most = most});
    output.write_with([&](std::string& text) {
      if (options.json) {
        append_json(found, text);
      } else {
        append_table(found, options.limit.value_or(kUsualRows), text);
      }
    });
  }
  return output.finish(kOk);
}

}  // namespace

int exposure(const Arguments& arguments) {
  CLI::App app(
      "The names that writers type instead of NAME, the likeliest first.",
      "lostletter exposure NAME...");
  Options options;
  describe(app, options);
  std::vector<std::string> operands;
  if (const auto code = parse(app, arguments, &operands)) return *code;
  if (operands.empty()) return give_up(kUsage, "name a domain: NAME");
  const auto names = read_names(operands);
  if (!names) return give_up(kUsage, names.error().message);
  const auto layers = make_layers(options);
  if (!layers) return give_up(kData, layers.error().message);
  return run(options, *names, *layers);
}

}  // namespace lostletter::programs
