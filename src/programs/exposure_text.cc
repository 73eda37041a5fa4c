// SPDX-License-Identifier: Apache-2.0
#include "programs/exposure_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "exposure/generate.h"
#include "lookalike/channel.h"

namespace lostletter::programs {
namespace {

using Json = nlohmann::ordered_json;

// So many steps are enough to begin with.
constexpr std::size_t kMostSteps = 10;
constexpr std::size_t kMostClusters = 5;

Json mx_of(const exposure::Surveyed& one) {
  if (!one.facts) return nullptr;
  const dns::Facts& facts = *one.facts;
  Json hosts = Json::array();
  for (const dns::Exchanger& exchanger : facts.exchangers) {
    hosts.push_back(exchanger.host);
  }
  Json mx = {{"service", to_string(facts.service)},
             {"hosts", hosts},
             {"exists", to_string(facts.exists)},
             {"wildcards", facts.wildcards},
             {"parked", facts.parked},
             {"authentic", facts.authentic}};
  if (one.probe) {
    mx["probe"] = {{"said", to_string(one.probe->probed)},
                   {"code", one.probe->code},
                   {"text", one.probe->text}};
  }
  mx["cluster"] = one.cluster.empty() ? Json() : Json(one.cluster);
  return mx;
}

Json object_of(const Exposed& exposed, const exposure::Surveyed& one) {
  const exposure::Candidate& candidate = one.candidate;
  Json object = {{"name", candidate.name},
                 {"of", exposed.name_of(candidate)},
                 {"edit", edit_text(exposed, candidate)},
                 {"probability", candidate.probability},
                 {"mx", mx_of(one)},
                 {"accepts", to_string(one.accepts())},
                 {"expected_per_year", nullptr},
                 {"interval", nullptr},
                 {"per_letter", candidate.weight},
                 {"neighbour", candidate.neighbour},
                 {"known", one.known},
                 {"holder", to_string(candidate.holder)},
                 {"registered", exposure::registered_part(candidate.name)}};
  if (exposed.letters && one.facts) {
    const auto said = exposure::estimate(one.expected);
    object["expected_per_year"] = said.mean;
    object["interval"] = {said.low, said.high};
  }
  return object;
}

std::string_view unit_of(const Exposed& exposed) {
  return exposed.letters ? "a year" : "of a million letters";
}

std::size_t append_rows(const Exposed& exposed, std::size_t rows,
                        std::string& text) {
  text += fmt::format(
      "{:>9} {:>9}  {:<10}  {:<26}  {}\n", "typed",
      exposed.resolved ? "taken" : "", "who may", "name",
      exposed.resolved ? "through; how it comes about" : "how it comes about");
  std::size_t shown = 0;
  for (const exposure::Surveyed& one : exposed.survey.names) {
    if (rows > 0 && shown == rows) break;
    ++shown;
    const std::string through = how_it_takes_mail(one);
    text += fmt::format(
        "{:>9} {:>9}  {:<10}  {:<26}  {}{}{}\n", count_text(one.typed),
        one.facts ? count_text(one.expected) : "", who_may(one),
        one.candidate.name, through, through.empty() ? "" : "; ",
        edit_text(exposed, one.candidate));
  }
  return shown;
}

std::string step_text(const exposure::Step& step) {
  std::string text =
      fmt::format("{:<8} {:<24} {:>5.1f} %", to_string(step.advice),
                  step.registered, 100 * step.share);
  if (step.names.size() > 1) {
    text += fmt::format("  and {} names below it", step.names.size() - 1);
  }
  return text;
}

void append_plan(const Exposed& exposed, std::string& text) {
  const auto& steps = exposed.plan.steps;
  if (steps.empty()) return;
  text +=
      "\nWhat to do first, and how much of what strangers could get it "
      "removes:\n";
  double together = 0;
  for (std::size_t i = 0; i < std::min(kMostSteps, steps.size()); ++i) {
    together += steps[i].share;
    text += fmt::format("  {}\n", step_text(steps[i]));
  }
  text += fmt::format("  together {:.1f} %\n", 100 * together);
}

void append_clusters(const Exposed& exposed, std::string& text) {
  const auto& clusters = exposed.survey.clusters;
  if (clusters.empty()) return;
  text += "\nMail hosts that several of them share:\n";
  for (std::size_t i = 0; i < std::min(kMostClusters, clusters.size()); ++i) {
    text += fmt::format("  {:<24} {} names, {} {}\n", clusters[i].hosts,
                        clusters[i].names, count_text(clusters[i].expected),
                        unit_of(exposed));
  }
}

}  // namespace

std::string edit_text(const Exposed& exposed, const exposure::Candidate& one) {
  return exposure::edit_of(lookalike::Channel::built_in(),
                           exposed.targets[one.of], one.name);
}

std::string count_text(double count) {
  return count >= 100 ? fmt::format("{:.0f}", count)
                      : fmt::format("{:.3g}", count);
}

std::string how_it_takes_mail(const exposure::Surveyed& one) {
  if (!one.facts) return "";
  std::string text;
  if (one.accepts() == dns::Known::kNo) {
    switch (one.facts->service) {
      case dns::MailService::kNull:
        return "null MX";
      case dns::MailService::kMx:
        return "MX that nobody reaches";
      default:
        return one.facts->exists == dns::Known::kNo ? "no such name"
                                                    : "no mail";
    }
  }
  if (one.accepts() == dns::Known::kUnknown) return "unknown";
  text = one.facts->service == dns::MailService::kImplicit
             ? "its own address"
             : one.facts->exchangers.front().host;
  if (one.probe) {
    text += one.probe->probed == smtp::Probed::kTaken
                ? ", takes any address"
                : fmt::format(", {}", to_string(one.probe->probed));
  }
  if (!one.cluster.empty()) text += ", with others";
  if (one.facts->parked) text += ", parked";
  if (!one.facts->wildcards.empty()) {
    text += ", by *." + one.facts->wildcards.back();
  }
  return text;
}

std::string_view who_may(const exposure::Surveyed& one) {
  const auto holder = one.candidate.holder;
  // Somebody's own name can be had by nobody else.
  return one.known && holder != exposure::Holder::kOwner ? "known"
                                                         : to_string(holder);
}

std::string head_text(const Exposed& exposed) {
  const std::string& name = exposed.targets.front().name.unicode();
  const double letters = exposed.letters.value_or(1e6);
  std::string text = fmt::format(
      "{}{}: {} {} go to another name\n", name,
      exposed.targets.size() > 1
          ? fmt::format(" and {} sub-domains", exposed.targets.size() - 1)
          : "",
      count_text(letters * exposed.all_weight), unit_of(exposed));
  if (!exposed.resolved) return text;
  std::size_t takes = 0;
  std::size_t unknown = 0;
  std::size_t asked = 0;
  for (const exposure::Surveyed& one : exposed.survey.names) {
    if (!one.facts) continue;
    ++asked;
    takes += one.accepts() == dns::Known::kYes ? 1U : 0U;
    unknown += one.accepts() == dns::Known::kUnknown ? 1U : 0U;
  }
  const auto& expected = exposed.survey.expected;
  text += fmt::format(
      "{} of {} names take mail ({} unknown): they get {} {} "
      "(95 %: {} to {})\n",
      takes, asked, unknown, count_text(expected.mean), unit_of(exposed),
      count_text(expected.low), count_text(expected.high));
  return text;
}

std::string overall_text(std::span<const Exposed> all) {
  if (all.size() < 2) return "";
  struct First {
    const exposure::Step* step;
    double letters;
  };
  std::vector<First> firsts;
  double typed = 0;
  for (const Exposed& one : all) {
    typed += one.plan.typed;
    for (const exposure::Step& step : one.plan.steps) {
      firsts.push_back({&step, step.expected});
    }
  }
  std::ranges::stable_sort(firsts, [](const First& a, const First& b) {
    return a.letters != b.letters ? a.letters > b.letters
                                  : a.step->typed > b.step->typed;
  });
  std::string text = fmt::format(
      "\nOver all {} names, first, with the share of what strangers could "
      "get:\n",
      all.size());
  for (std::size_t i = 0; i < std::min(kMostSteps, firsts.size()); ++i) {
    const exposure::Step& step = *firsts[i].step;
    text += fmt::format("  {:<8} {:<24} {:>5.1f} %  for {}\n",
                        to_string(step.advice), step.registered,
                        typed > 0 ? 100 * step.typed / typed : 0, step.of);
  }
  return firsts.empty() ? "" : text;
}

void append_json(const Exposed& exposed, std::string& text) {
  for (const exposure::Surveyed& one : exposed.survey.names) {
    text += object_of(exposed, one).dump();
    text += '\n';
  }
}

void append_table(const Exposed& exposed, std::size_t rows, std::string& text) {
  text += head_text(exposed);
  const std::size_t all = exposed.survey.names.size();
  const std::size_t shown = append_rows(exposed, rows, text);
  if (shown < all) {
    text +=
        fmt::format("and {} names more: --limit 0 shows all\n", all - shown);
  }
  if (!exposed.resolved) return;
  append_plan(exposed, text);
  append_clusters(exposed, text);
}

}  // namespace lostletter::programs
