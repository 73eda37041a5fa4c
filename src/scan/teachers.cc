// SPDX-License-Identifier: Apache-2.0
#include "scan/teachers.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mail/address.h"

namespace lostletter::scan {
namespace {

using lookalike::Channel;
using lookalike::EditPlace;
using lookalike::EditRow;
using lookalike::kPlaces;
using lookalike::Refit;

constexpr std::string_view kPlaceNames[kPlaces] = {"first letter", "inside",
                                                   "end of a label", "suffix"};
// A tenth more or less likely is no change worth a line.
constexpr double kLeastChange = 0.1;
constexpr std::size_t kMostShown = 15;

std::pair<std::string, std::string> split_address(const std::string& text) {
  const auto at = mail::find_domain(text);
  if (!at) return {"", text};
  return {text.substr(0, *at - 1), text.substr(*at)};
}

bool is_teacher(const Finding& finding) {
  switch (finding.kind) {
    case FindingKind::kSelfCorrection:
    case FindingKind::kBouncedMistype:
      return true;
    case FindingKind::kMisdirected:
      return finding.bounced == finding.letters;
    case FindingKind::kStandingLeak:
      return false;
  }
  return false;
}

struct Change {
  std::string_view slip;
  std::string_view place;
  double seen = 0;
  double times = 1;  // as likely as before
};

std::vector<Change> changes(const Channel& before, const Refit& refit) {
  std::vector<Change> all;
  for (const EditRow& row : lookalike::edit_rows()) {
    for (std::size_t p = 0; p < kPlaces; ++p) {
      const auto place = static_cast<EditPlace>(p);
      const double change = refit.channel.log_likelihood(row.kind, place) -
                            before.log_likelihood(row.kind, place);
      if (std::abs(change) < kLeastChange) continue;
      all.push_back({row.id, kPlaceNames[p],
                     refit.seen.slips[lookalike::cell_of(row.kind, place)],
                     std::exp(change)});
    }
  }
  std::ranges::stable_sort(all, [](const Change& a, const Change& b) {
    return std::abs(std::log(a.times)) > std::abs(std::log(b.times));
  });
  return all;
}

}  // namespace

std::vector<lookalike::SlipPair> teachers(
    const std::vector<Finding>& findings) {
  std::set<std::pair<std::string, std::string>> pairs;
  for (const Finding& one : findings) {
    if (!is_teacher(one)) continue;
    const auto [local, domain] = split_address(one.typed);
    const auto [meant_local, meant_domain] = split_address(one.intended);
    if (domain != meant_domain) {
      pairs.emplace(domain, meant_domain);
    } else if (local != meant_local) {
      pairs.emplace(local, meant_local);
    }
  }
  std::vector<lookalike::SlipPair> all;
  for (const auto& [typed, intended] : pairs) all.push_back({typed, intended});
  return all;
}

std::string channel_file(const Refit& refit, std::size_t pairs) {
  return fmt::format(
             "# The channel: ln P(this very slip | intended), by kind and "
             "place.\n"
             "# Made by 'lostletter scan --learn-channel' from {} mistyped "
             "names that came\n# back or were corrected at once: {:.0f} "
             "explained by one slip, {:.0f} by more, {:.0f}\n# by none. For "
             "`channel` of the configuration, and 'check --channel'.\n"
             "# kind\tfirst\tinside\tlabel-end\tsuffix\n",
             pairs, refit.seen.one, refit.seen.more, refit.seen.far) +
         refit.channel.to_table();
}

std::string changes_text(const Channel& before, const Refit& refit,
                         std::size_t pairs) {
  const auto all = changes(before, refit);
  std::string text = fmt::format(
      "\nThe site's own slips, from {} mistyped names: {:.0f} by one slip\n",
      pairs, refit.seen.one);
  if (all.empty()) return text + "    nothing changes by a tenth\n";
  for (std::size_t i = 0; i < all.size() && i < kMostShown; ++i) {
    text += fmt::format("{:>8.2f} times as likely: {} ({}), seen {:.0f}\n",
                        all[i].times, all[i].slip, all[i].place, all[i].seen);
  }
  if (all.size() > kMostShown) {
    text += fmt::format("         and {} more: --json has all\n",
                        all.size() - kMostShown);
  }
  return text;
}

std::string changes_json(const Channel& before, const Refit& refit,
                         std::size_t pairs) {
  nlohmann::ordered_json json = {{"kind", "channel"},
                                 {"pairs", pairs},
                                 {"one_slip", refit.seen.one},
                                 {"more_slips", refit.seen.more},
                                 {"unexplained", refit.seen.far}};
  json["changes"] = nlohmann::ordered_json::array();
  for (const Change& one : changes(before, refit)) {
    json["changes"].push_back({{"slip", one.slip},
                               {"place", one.place},
                               {"seen", one.seen},
                               {"times", std::round(one.times * 1e3) / 1e3}});
  }
  return json.dump() + '\n';
}

}  // namespace lostletter::scan
