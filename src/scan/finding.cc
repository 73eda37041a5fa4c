// SPDX-License-Identifier: Apache-2.0
#include "scan/finding.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "mail/address.h"

namespace lostletter::scan {
namespace {

std::string domain_of(const std::string& text) {
  const auto at = mail::find_domain(text);
  return at ? text.substr(*at) : text;
}

constexpr std::string_view kOthers = "(groups too small to show)";

void add(const Finding& one, Finding& sum) {
  sum.probability = std::max(sum.probability, one.probability);
  sum.letters += one.letters;
  sum.delivered += one.delivered;
  sum.bounced += one.bounced;
  sum.clear += one.clear;
  sum.forwarded += one.forwarded;
  sum.addresses += one.addresses;
  if (sum.first == 0 || (one.first != 0 && one.first < sum.first)) {
    sum.first = one.first;
  }
  sum.last = std::max(sum.last, one.last);
  sum.people += one.people;
  if (sum.mail.empty()) sum.mail = one.mail;
  sum.ongoing = sum.ongoing || one.ongoing;
  // What mends most of it.
  if (sum.letters <= 2 * one.letters) sum.repair_kind = one.repair_kind;
  for (const auto& [month, letters] : one.months) sum.months[month] += letters;
  for (const auto& [hour, letters] : one.hours) sum.hours[hour] += letters;
}

}  // namespace

std::string_view to_string(FindingKind kind) {
  switch (kind) {
    case FindingKind::kStandingLeak:
      return "standing_leak";
    case FindingKind::kMisdirected:
      return "misdirected";
    case FindingKind::kSelfCorrection:
      return "self_correction";
    case FindingKind::kBouncedMistype:
      return "bounced_mistype";
  }
  return "";
}

Recall recall_of(std::uint32_t found, std::uint32_t known) {
  Recall recall{.known = known, .found = found};
  if (known == 0) return recall;
  constexpr double kZ = 1.96;  // 95 %
  const double n = known;
  const double p = found / n;
  const double middle = p + kZ * kZ / (2 * n);
  const double wide = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  const double all = 1 + kZ * kZ / n;
  recall.low = std::max(0.0, (middle - wide) / all);
  recall.high = std::min(1.0, (middle + wide) / all);
  return recall;
}

Report aggregated(const Report& report) {
  using Key = std::tuple<FindingKind, std::string, std::string>;
  std::map<Key, Finding> groups;
  const auto group = [&](FindingKind kind, std::string typed,
                         std::string intended) -> Finding& {
    const auto [at, fresh] =
        groups.try_emplace({kind, std::move(typed), std::move(intended)});
    if (fresh) {
      at->second.kind = kind;
      std::tie(std::ignore, at->second.typed, at->second.intended) = at->first;
      at->second.addresses = 0;
    }
    return at->second;
  };
  for (const Finding& one : report.findings) {
    add(one, group(one.kind, domain_of(one.typed), domain_of(one.intended)));
  }
  std::vector<Finding> small;
  std::erase_if(groups, [&](const auto& entry) {
    if (entry.second.letters >= kLeastGroup) return false;
    small.push_back(entry.second);
    return true;
  });
  for (const Finding& one : small) {
    Finding& others =
        group(one.kind, std::string(kOthers), std::string(kOthers));
    add(one, others);
    others.mail.clear();
  }
  Report result{{}, report.summary, aggregated(report.leakage), true};
  for (auto& [key, one] : groups) {
    // Few are too few even together.
    if (one.letters >= kLeastGroup) result.findings.push_back(std::move(one));
  }
  std::ranges::stable_sort(result.findings, [](const auto& a, const auto& b) {
    return std::pair(a.kind, b.letters) < std::pair(b.kind, a.letters);
  });
  // Who repeats what is nobody's to see: what to do is told of names.
  result.leakage.steps = steps_of(result.findings, report.summary.last);
  return result;
}

}  // namespace lostletter::scan
