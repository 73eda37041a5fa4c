// SPDX-License-Identifier: Apache-2.0
#include "lookalike/prior.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "base/text.h"
#include "domain/suffix.h"
#include "lookalike/labels.h"

namespace lostletter::lookalike {
namespace {

// Tier 1 is a name with a fifth of the world's mail; each tier has about a
// tenth of the one before (data/README.md). A list's tier means a little less
// than a curated one.
constexpr std::array<double, 6> kTierShare = {0.4, 0.2, 5e-3, 3e-4, 2e-5, 1e-6};

// Mail to names that nobody listed, by the suffix they are under. Guesses of
// size from the number of names registered there; the rest of the suffixes
// share what the two last rows say. What is learnt from a site's own mail
// replaces them (docs/engine.md).
struct Share {
  std::string_view suffix;
  double share;
};
constexpr std::array kShares = std::to_array<Share>({
    {"com", 0.2},     {"org", 0.03},     {"net", 0.03},    {"edu", 1e-4},
    {"gov", 1e-4},    {"mil", 1e-6},     {"int", 1e-6},    {"de", 0.03},
    {"co.uk", 0.02},  {"org.uk", 3e-3},  {"ac.uk", 1e-4},  {"fr", 0.01},
    {"it", 0.01},     {"nl", 0.01},      {"es", 5e-3},     {"pl", 5e-3},
    {"ru", 0.01},     {"cn", 5e-3},      {"com.cn", 5e-3}, {"ch", 5e-3},
    {"at", 3e-3},     {"be", 3e-3},      {"se", 3e-3},     {"dk", 3e-3},
    {"no", 3e-3},     {"cz", 3e-3},      {"ca", 5e-3},     {"com.au", 5e-3},
    {"com.br", 0.01}, {"co.jp", 5e-3},   {"jp", 3e-3},     {"in", 3e-3},
    {"co.in", 3e-3},  {"eu", 3e-3},      {"us", 1e-3},     {"info", 3e-3},
    {"biz", 1e-3},    {"io", 1e-3},      {"co", 1e-3},     {"me", 5e-4},
    {"tv", 3e-4},     {"gouv.ml", 1e-6},
});
constexpr double kCountryShare = 1e-4;  // another two-letter suffix
constexpr double kSmallCountry = 1e-5;  // one that hardly anybody writes to
constexpr double kOtherShare = 3e-5;    // any other existing suffix
// A name that cannot exist gets no mail; this much is left for our tables being
// older than the root zone.
constexpr double kImpossibleShare = 1e-9;

// Country suffixes known above all as typing errors of greater ones: FACTS 1.5.
constexpr std::array<std::string_view, 12> kSmallCountries = {
    "ml", "cm", "om", "ne", "et", "il", "gm", "sl", "nf", "nr", "cf", "ga"};

// A name with more mail than this would have been listed: no single unknown
// name has more of all mail, nor more of its suffix's.
constexpr double kMostUnlisted = 2e-7;
constexpr double kMostOfSuffix = 1e-3;

// Mail to a public suffix itself.
constexpr double kSuffixItself = 1e-3;

// A name of three labels or more: one in ten of all.
constexpr double kSubdomain = 0.1;

}  // namespace

double log_prior_known(const KnownName& name, std::size_t known_count) {
  switch (name.source) {
    case Source::kCurated:
    case Source::kList: {
      const auto tier = static_cast<std::size_t>(
          std::clamp(name.weight, 0.0, kTierShare.size() - 1.0));
      return std::log(kTierShare[tier]) -
             (name.source == Source::kList ? std::log(3.0) : 0.0);
    }
    case Source::kPopularity:
      // Zipf's law: the share falls as the rank, a tenth to the first.
      return std::log(0.1 / (std::max(1.0, name.weight) + 1));
    case Source::kKnown:
      return std::log(0.3 / (static_cast<double>(known_count) + 30));
  }
  return std::log(kTierShare.back());
}

double unknown_share(std::string_view suffix) {
  const auto row = std::ranges::find(kShares, suffix, &Share::suffix);
  if (row != kShares.end()) return row->share;
  const auto dot = suffix.rfind('.');
  const auto top = dot == suffix.npos ? suffix : suffix.substr(dot + 1);
  if (!domain::is_top_level(top)) return kImpossibleShare;
  if (std::ranges::find(kSmallCountries, top) != kSmallCountries.end()) {
    return kSmallCountry;
  }
  return top.size() == 2 ? kCountryShare : kOtherShare;
}

double log_plausible_label(std::string_view label) {
  return Labels::built_in().log_probability(label);
}

double log_prior_front(std::string_view front) {
  if (front.ends_with('.')) front.remove_suffix(1);
  double log = 0;
  for (const auto label : split(front, '.')) {
    log += std::log(kSubdomain) + log_plausible_label(label);
  }
  return log;
}

double log_prior_unknown(std::string_view ascii) {
  return log_prior_unknown(ascii, domain::public_suffix(ascii).text);
}

double log_prior_unknown(std::string_view ascii, std::string_view suffix) {
  double share = unknown_share(suffix);
  if (suffix.size() == ascii.size()) {
    // A public suffix itself, by a rule or a wildcard, is hardly written to:
    // little is sent right to "co.uk".
    const auto dot = suffix.rfind('.');
    if (dot == suffix.npos) return std::log(share * kSuffixItself);
    suffix.remove_prefix(dot + 1);
    share = unknown_share(suffix) * kSuffixItself;
  }
  const auto stem = ascii.substr(0, ascii.size() - suffix.size() - 1);
  const auto host = stem.rfind('.');
  double log =
      std::log(share) +
      log_plausible_label(host == stem.npos ? stem : stem.substr(host + 1));
  log = std::min(log, std::log(std::min(kMostUnlisted, share * kMostOfSuffix)));
  if (host != stem.npos) log += log_prior_front(stem.substr(0, host));
  return log;
}

}  // namespace lostletter::lookalike
