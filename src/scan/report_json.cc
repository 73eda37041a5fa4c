// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "scan/report.h"

namespace lostletter::scan {
namespace {

using Json = nlohmann::ordered_json;

Json time(std::uint32_t seconds) {
  if (seconds == 0) return nullptr;
  return to_rfc3339(Seconds(Duration(seconds)));
}

// Four digits: more are not meant.
double rounded(double value) { return std::round(value * 1e4) / 1e4; }

std::string month_text(std::uint32_t month) {
  return fmt::format("{:04}-{:02}", 1970 + month / 12, month % 12 + 1);
}

// Of an aggregate: fewer are not told.
Json people(std::uint32_t count) {
  if (count < kLeastGroup) return nullptr;
  return count;
}

Json json_of(const Finding& finding, bool is_aggregate) {
  Json json;
  json["kind"] = to_string(finding.kind);
  json["typed"] = finding.typed;
  json["intended"] = finding.intended;
  json["probability"] = rounded(finding.probability);
  json["letters"] = finding.letters;
  json["delivered"] = finding.delivered;
  json["bounced"] = finding.bounced;
  json["clear"] = finding.clear;
  json["forwarded"] = finding.forwarded;
  json["addresses"] = finding.addresses;
  json["senders"] = Json::array();
  for (const SenderCount& one : finding.senders) {
    json["senders"].push_back(one.address);
  }
  if (is_aggregate) json["people"] = people(finding.people);
  json["first"] = time(finding.first);
  json["last"] = time(finding.last);
  json["ongoing"] = finding.ongoing;
  json["trend"] = Json::object();
  for (const auto& [month, letters] : finding.months) {
    json["trend"][month_text(month)] = letters;
  }
  json["findings"] = Json::array();
  for (const guard::Finding& one : finding.findings) {
    json["findings"].push_back({{"id", one.id},
                                {"log_odds", rounded(one.log_odds)},
                                {"text", one.text}});
  }
  if (!finding.mail.empty()) json["mail"] = finding.mail;
  if (!finding.repair.empty()) json["repair"] = finding.repair;
  return json;
}

Json json_of(const Summary& summary) {
  Json json;
  json["kind"] = "summary";
  json["lines"] = summary.lines;
  json["letters"] = summary.letters;
  json["recipients"] = summary.recipients;
  json["skipped"] = Json::object();
  for (const auto& [reason, count] : summary.skipped) {
    json["skipped"][reason] = count;
  }
  json["sources"] = Json::object();
  for (const auto& [kind, count] : summary.sources) {
    json["sources"][kind] = count;
  }
  json["automatic"] = summary.automatic;
  json["outside"] = summary.outside;
  json["outbound"] = summary.outbound;
  json["correspondents"] = summary.correspondents;
  json["partners"] = summary.partners;
  json["us"] = summary.us;
  json["us_because"] = summary.us_because;
  json["first"] = time(summary.first);
  json["last"] = time(summary.last);
  json["lost"] = {
      {"letters", summary.lost},         {"delivered", summary.lost_delivered},
      {"clear", summary.lost_clear},     {"first", time(summary.lost_first)},
      {"last", time(summary.lost_last)}, {"ongoing", summary.ongoing}};
  json["recall"] = {{"known", summary.recall.known},
                    {"found", summary.recall.found},
                    {"low", rounded(summary.recall.low)},
                    {"high", rounded(summary.recall.high)}};
  return json;
}

enum class Fates { kTold, kUnknown };  // of letters of a sender: unknown

Json json_of(const std::vector<Share>& shares, Fates fates) {
  Json list = Json::array();
  for (const Share& one : shares) {
    Json json = {{"name", one.name}, {"letters", one.letters}};
    if (!one.note.empty()) json["intended"] = one.note;
    if (!one.mail.empty()) json["mail"] = one.mail;
    if (fates == Fates::kTold) {
      json["delivered"] = one.delivered;
      json["bounced"] = one.bounced;
      json["clear"] = one.clear;
    }
    list.push_back(std::move(json));
  }
  return list;
}

// Of letters to wrong names, all sides.
void add(const Leakage& leakage, bool is_aggregate, Json& json) {
  json["years"] = Json::object();
  for (const Year& one : leakage.years) {
    json["years"][std::to_string(one.year)] = {
        {"letters", one.letters}, {"per_day", rounded(one.per_day())}};
  }
  // From Monday on, 168 of them.
  json["hours"] = leakage.months.empty() ? Json::array() : Json(leakage.hours);
  json["units"] = json_of(leakage.units, Fates::kUnknown);
  json["intended_names"] = json_of(leakage.intended, Fates::kTold);
  json["wrong_names"] = json_of(leakage.wrong, Fates::kTold);
  if (!is_aggregate) {
    json["exposed"] = {{"senders", json_of(leakage.senders, Fates::kUnknown)},
                       {"missed", json_of(leakage.missed, Fates::kTold)}};
  }
  json["flows"] = Json::array();
  for (const Stream& one : leakage.streams) {
    json["flows"].push_back(
        {{"unit", one.unit}, {"wrong", one.wrong}, {"letters", one.letters}});
  }
  json["repairs"] = Json::array();
  for (const Step& one : leakage.steps) {
    json["repairs"].push_back({{"text", one.text},
                               {"letters", one.letters},
                               {"last_year", one.lately}});
  }
}

}  // namespace

void each_json(const Report& report,
               const std::function<void(std::string_view line)>& use) {
  const auto put = [&use](const Json& json) {
    // Addresses are bytes of a log, and need not be UTF-8.
    use(json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
  };
  for (const Finding& one : report.findings) {
    put(json_of(one, report.is_aggregate));
  }
  Json summary = json_of(report.summary);
  add(report.leakage, report.is_aggregate, summary);
  put(summary);
}

std::string to_json(const Report& report) {
  std::string text;
  each_json(report, [&text](std::string_view line) { text += line; });
  return text;
}

}  // namespace lostletter::scan
