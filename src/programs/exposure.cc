// SPDX-License-Identifier: Apache-2.0
//
// lostletter exposure: which names will be typed instead of this one, how
// often, which of them take mail, and what to do about it.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "exposure/generate.h"
#include "exposure/lists.h"
#include "exposure/targets.h"
#include "lookalike/engine.h"
#include "programs/commands.h"
#include "programs/engine.h"
#include "programs/exit_code.h"
#include "programs/exposure_options.h"
#include "programs/exposure_page.h"
#include "programs/exposure_text.h"
#include "programs/memory.h"
#include "programs/output.h"
#include "programs/setup.h"

namespace lostletter::programs {
namespace {

using exposure::Format;
using Layers = std::vector<std::shared_ptr<const lookalike::Index>>;

// Sub-domains beyond the greatest ones add little but their number.
constexpr std::size_t kMostSubDomains = 50;
// Names one writes to, as candidates for sub-domains.
// What was seen for less than this says little about a year.
constexpr double kLeastYears = 1.0 / 12;

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

// The lists, and the names of those one writes to.
Result<Layers> make_layers(const ExposureOptions& options,
                           store::Store* store) {
  std::vector<std::string> notices;
  auto lists = read_lists(options.known_files, options.names_files, notices);
  if (!lists) return std::unexpected(lists.error());
  for (const std::string& notice : notices) complain(notice);
  if (store != nullptr) {
    for (const store::Familiar& one :
         store->familiar(store::kMostFamiliar, system_clock().now())) {
      if (!one.answers || !domain::Name::parse(one.domain)) continue;
      lists->push_back({one.domain, lookalike::Source::kKnown, 1});
    }
  }
  Layers layers = {lookalike::built_in_index()};
  if (!lists->empty()) {
    layers.push_back(std::make_shared<const lookalike::Index>(
        lookalike::Index::build(*lists)));
  }
  return layers;
}

// Those one writes to most, as they are registered, unless they are named
// already.
void add_partners(store::Store& store, std::size_t most,
                  std::vector<domain::Name>& names) {
  std::map<std::string, double, std::less<>> weights;
  for (const store::Familiar& one :
       store.familiar(store::kMostFamiliar, system_clock().now())) {
    const auto name = domain::Name::parse(one.domain);
    if (!one.answers || !name || name->labels().size() < 2) continue;
    weights[std::string(exposure::registered_part(name->ascii()))] +=
        one.weight;
  }
  std::vector<std::pair<std::string, double>> list(weights.begin(),
                                                   weights.end());
  std::ranges::stable_sort(
      list, [](const auto& a, const auto& b) { return a.second > b.second; });
  for (std::size_t i = 0; i < std::min(most, list.size()); ++i) {
    auto name = domain::Name::parse(list[i].first);
    const bool named = std::ranges::any_of(names, [&](const auto& other) {
      return other.ascii() == list[i].first;
    });
    if (name && !named) names.push_back(std::move(*name));
  }
}

// How many letters a year the store saw us write to a name.
double letters_to(store::Store& store, const std::string& name, Seconds now) {
  guard::Inquiry inquiry;
  inquiry.address = "postmaster@" + name;
  inquiry.now = now;
  const auto seen = store.find_evidence(inquiry).typed.organisation_domain;
  if (seen.sent == 0) return 0;
  using Years = std::chrono::duration<double, std::chrono::years::period>;
  const double years = Years(now - seen.first).count();
  return seen.sent / std::max(kLeastYears, years);
}

class Explorer {
 public:
  Explorer(const ExposureOptions& options, const Layers& layers,
           store::Store* store, dns::Resolver* resolver)
      : options_(options),
        layers_(layers),
        store_(store),
        resolver_(resolver) {}

  Exposed explore(const domain::Name& name) {
    Exposed exposed;
    exposed.targets =
        exposure::usual_targets(name, layers_, 1 + kMostSubDomains);
    exposed.letters = options_.letters;
    if (store_ != nullptr) weigh_by_letters(exposed);
    auto generated = exposure::generate(
        lookalike::Channel::built_in(), exposed.targets,
        {.mass = options_.mass, .most = options_.limit.value_or(0)});
    exposed.all_weight = generated.all_weight;
    exposed.resolved = resolver_ != nullptr;
    std::vector<std::optional<dns::Facts>> facts;
    if (exposed.resolved) facts = ask(generated.candidates);
    exposed.probed = options_.smtp_probe;
    exposed.survey = exposure::survey(
        std::move(generated.candidates), std::move(facts),
        exposed.letters.value_or(1e6),
        [&](const std::string& ascii) { return is_known(ascii); });
    if (options_.smtp_probe) probe(exposed.survey);
    exposed.plan =
        exposure::make_plan(exposed.survey, exposed.targets, options_.own);
    return exposed;
  }

  // Did every question end without an answer?
  bool heard_nothing() const { return asked_ > 0 && unknown_ == asked_; }

 private:
  // What was counted, with half a letter each for those not seen yet.
  void weigh_by_letters(Exposed& exposed) const {
    const Seconds now = system_clock().now();
    double all = 0;
    for (exposure::Target& one : exposed.targets) {
      one.share = letters_to(*store_, one.name.ascii(), now);
      all += one.share;
    }
    if (!exposed.letters && all > 0) exposed.letters = all;
    const auto count = static_cast<double>(exposed.targets.size());
    for (exposure::Target& one : exposed.targets) {
      one.share = (one.share + 0.5) / (all + 0.5 * count);
    }
  }

  bool is_known(const std::string& ascii) const {
    return std::ranges::any_of(layers_, [&](const auto& layer) {
      return layer->find(ascii).has_value();
    });
  }

  std::vector<std::optional<dns::Facts>> ask(
      const std::vector<exposure::Candidate>& candidates) {
    std::vector<std::string> names;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const auto holder = candidates[i].holder;
      if (holder == exposure::Holder::kOwner ||
          holder == exposure::Holder::kNobody) {
        continue;
      }
      names.push_back(candidates[i].name);
      places.push_back(i);
    }
    std::vector<std::optional<dns::Facts>> facts(candidates.size());
    std::size_t done = 0;
    dns::inquire(*resolver_, names, {.private_is_reachable = options_.inside},
                 [&](std::size_t number, dns::Facts&& found) {
                   ++asked_;
                   if (found.exists == dns::Known::kUnknown) ++unknown_;
                   facts[places[number]] = std::move(found);
                   show_progress(++done, names.size());
                 });
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
    return facts;
  }

  bool may_probe(const exposure::Surveyed& one) const {
    if (!one.facts || one.accepts() != dns::Known::kYes) return false;
    return options_.authorised ||
           std::ranges::find(options_.own,
                             exposure::registered_part(one.candidate.name)) !=
               options_.own.end();
  }

  // One after the other, with a pause: nobody's server should notice more than
  // a sender who mistyped. What a host said once is not asked again.
  void probe(exposure::Survey& survey) {
    std::size_t done = 0;
    for (exposure::Surveyed& one : survey.names) {
      if (!may_probe(one)) continue;
      if (std::exchange(probed_before_, true)) {
        std::this_thread::sleep_for(
            std::chrono::duration<double>(options_.probe_pause));
      }
      for (const dns::Exchanger& exchanger : one.facts->exchangers) {
        if (exchanger.reachable != dns::Known::kYes) continue;
        one.probe = smtp::probe(
            exchanger.addresses.front(),
            "nobody-" + random_id() + "@" + one.candidate.name,
            {.host = "localhost.localdomain", .port = options_.smtp_port});
        break;
      }
      show_progress(++done, survey.names.size());
    }
  }

  void show_progress(std::size_t done, std::size_t all) {
    const auto now = std::chrono::steady_clock::now();
    if (!shows_progress_ || now - told_ < std::chrono::milliseconds(500)) {
      return;
    }
    told_ = now;
    shown_ = true;
    std::cerr << fmt::format("\r{} of {} names asked about", done, all)
              << std::flush;
  }

  const ExposureOptions& options_;
  const Layers& layers_;
  store::Store* store_;
  dns::Resolver* resolver_;
  std::size_t asked_ = 0;
  std::size_t unknown_ = 0;
  bool shows_progress_ = ::isatty(2) == 1;
  bool shown_ = false;
  bool probed_before_ = false;
  std::chrono::steady_clock::time_point told_ =
      std::chrono::steady_clock::now();
};

void print(const ExposureOptions& options, const Exposed& exposed,
           Output& output) {
  output.write_with([&](std::string& text) {
    switch (options.chosen) {
      case Format::kTable:
        append_table(exposed, options.limit.value_or(kUsualRows), text);
        break;
      case Format::kJson:
        append_json(exposed, text);
        break;
      case Format::kCsv:
        text += exposure::csv(exposed.survey, exposed.targets,
                              exposed.letters.has_value());
        break;
      case Format::kHtml:
        break;  // all names together
      case Format::kZone:
        text += exposure::null_mx_zone(options.own);
        break;
      default:
        text += exposure::block_list(options.chosen, exposed.plan);
    }
  });
}

bool takes_mail(const Exposed& exposed) {
  return std::ranges::any_of(
      exposed.survey.names, [](const exposure::Surveyed& one) {
        return one.facts && !one.known && one.accepts() == dns::Known::kYes;
      });
}

int run(const ExposureOptions& options, const std::vector<domain::Name>& names,
        const Layers& layers, store::Store* store) {
  std::unique_ptr<dns::Resolver> resolver;
  if (!options.no_resolve && options.chosen != Format::kZone) {
    auto opened = dns::Resolver::open(options.asking);
    if (!opened) return give_up(kUnavailable, opened.error().message);
    resolver = std::move(*opened);
  }
  Explorer explorer(options, layers, store, resolver.get());
  Output output;
  bool found = false;
  const bool together = options.chosen == Format::kHtml ||
                        (options.chosen == Format::kTable && names.size() > 1);
  std::vector<Exposed> all;
  for (const domain::Name& name : names) {
    Exposed exposed = explorer.explore(name);
    found = found || takes_mail(exposed);
    print(options, exposed, output);
    if (options.chosen == Format::kZone) break;
    if (together) all.push_back(std::move(exposed));
  }
  if (options.chosen == Format::kHtml) {
    output.write(to_html(all, options.limit.value_or(kUsualRows)));
  } else if (!options.no_resolve) {
    output.write(overall_text(all));
  }
  if (explorer.heard_nothing()) {
    complain(
        "no resolver answers: nothing is known of any name; name one "
        "with --resolver");
    return output.finish(kUnavailable);
  }
  return output.finish(found ? kFound : kOk);
}

}  // namespace

int exposure(const Arguments& arguments) {
  CLI::App app(
      "The names that writers type instead of NAME, the likeliest first, which "
      "of them\ntake mail, and what to do about it.",
      "lostletter exposure NAME...");
  ExposureOptions options;
  describe(app, options);
  std::vector<std::string> operands;
  if (const auto code = parse(app, arguments, &operands)) return *code;
  if (auto read = read_options(options); !read) {
    return give_up(kUsage, read.error().message);
  }
  if (operands.empty() && options.partners == 0) {
    return give_up(kUsage, "name a domain: NAME");
  }
  auto names = read_names(operands);
  if (!names) return give_up(kUsage, names.error().message);
  std::unique_ptr<store::Store> store;
  if (!options.state.empty()) {
    const auto place = store_at(options.state);
    if (!place) return give_up(kUsage, place.error().message);
    auto opened = open_if_there(*place);
    if (!opened) return give_up(kUnavailable, opened.error().message);
    store = std::move(*opened);
  }
  if (store != nullptr && options.partners > 0) {
    add_partners(*store, options.partners, *names);
  }
  if (names->empty()) {
    return give_up(kUnavailable,
                   "nobody one writes to is known yet: teach it "
                   "with 'lostletter learn'");
  }
  const auto layers = make_layers(options, store.get());
  if (!layers) return give_up(kData, layers.error().message);
  return run(options, *names, *layers, store.get());
}

}  // namespace lostletter::programs
