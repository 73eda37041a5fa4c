// SPDX-License-Identifier: Apache-2.0
#include "exposure/survey.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <set>
#include <tuple>

namespace lostletter::exposure {
namespace {

// Nobody's business but the owner's, and nobody's mail.
bool is_stranger(const Candidate& one) {
  return one.holder != Holder::kOwner && one.holder != Holder::kNobody;
}

double part_taken(const Surveyed& one) {
  if (!one.facts || !is_stranger(one.candidate)) return 0;
  switch (one.accepts()) {
    case dns::Known::kNo:
      return 0;
    case dns::Known::kYes:
      return 1;
    case dns::Known::kUnknown:
      break;
  }
  return kUnknownTakesMail;
}

// The business behind a name's first mail host; empty when the name is its own.
std::string host_of(const Surveyed& one) {
  if (!one.facts || one.accepts() != dns::Known::kYes ||
      one.facts->service != dns::MailService::kMx) {
    return "";
  }
  for (const dns::Exchanger& exchanger : one.facts->exchangers) {
    if (exchanger.reachable != dns::Known::kYes) continue;
    const auto host = registered_part(exchanger.host);
    return host == registered_part(one.candidate.name) ? "" : std::string(host);
  }
  return "";
}

std::vector<Cluster> find_clusters(std::vector<Surveyed>& names) {
  struct Found {
    std::set<std::string_view> registered;
    double expected = 0;
  };
  std::map<std::string, Found> by_host;
  for (const Surveyed& one : names) {
    if (!is_stranger(one.candidate)) continue;
    const std::string host = host_of(one);
    if (host.empty()) continue;
    Found& found = by_host[host];
    found.registered.insert(registered_part(one.candidate.name));
    found.expected += one.expected;
  }
  std::vector<Cluster> clusters;
  for (const auto& [host, found] : by_host) {
    if (found.registered.size() < kLeastCluster) continue;
    clusters.push_back({host, found.registered.size(), found.expected});
  }
  std::ranges::sort(clusters, [](const Cluster& a, const Cluster& b) {
    return std::tie(b.expected, b.names, a.hosts) <
           std::tie(a.expected, a.names, b.hosts);
  });
  for (Surveyed& one : names) {
    const std::string host = host_of(one);
    if (std::ranges::find(clusters, host, &Cluster::hosts) != clusters.end()) {
      one.cluster = host;
    }
  }
  return clusters;
}

}  // namespace

Survey survey(std::vector<Candidate> candidates,
              std::vector<std::optional<dns::Facts>> facts, double letters,
              const std::function<bool(const std::string&)>& is_known) {
  assert(facts.empty() || facts.size() == candidates.size());
  Survey survey;
  std::vector<double> expected;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Surveyed one;
    one.candidate = std::move(candidates[i]);
    if (!facts.empty()) one.facts = std::move(facts[i]);
    const std::string& name = one.candidate.name;
    one.known = is_known(name) || is_known(std::string(registered_part(name)));
    one.typed = letters * one.candidate.weight;
    one.expected = one.typed * part_taken(one);
    if (one.expected > 0) expected.push_back(one.expected);
    survey.names.push_back(std::move(one));
  }
  survey.clusters = find_clusters(survey.names);
  survey.expected = estimate(expected);
  return survey;
}

}  // namespace lostletter::exposure
