// SPDX-License-Identifier: Apache-2.0
//
// What the engine is told about names before it is asked about one.
#pragma once

#include <string>
#include <vector>

namespace lostletter::lookalike {

// Where a name was learnt from. It decides the prior.
enum class Source {
  kCurated,     // data/*.tsv: weight is its tier, 1 (gmail.com) to 5
  kList,        // Debian's and npm's lists: weight is its tier
  kPopularity,  // --names: weight is its rank, 1 is the most popular
  kKnown,       // one corresponds with it; weight is not used
};

struct KnownName {
  std::string name;  // lower-case A-labels
  Source source = Source::kKnown;
  double weight = 1;
};

// What each source says of one name: the best of its lines, nothing lost when
// several name it.
struct Origins {
  static constexpr int kMostTier = 6;

  int curated = -1;  // tier, 0 to kMostTier; -1: not curated
  int list = -1;     // likewise
  bool known = false;
  float rank = 0;  // of a popularity list; 0: in none

  void add(Source source, double weight);
  void add(const Origins& other);
  // Named by more than a popularity list: beyond doubt.
  bool vouched() const { return curated >= 0 || list >= 0 || known; }
  // Calls use(source, weight) for each source that names it.
  template <typename Use>
  void each(const Use& use) const {
    if (curated >= 0) use(Source::kCurated, static_cast<double>(curated));
    if (list >= 0) use(Source::kList, static_cast<double>(list));
    if (known) use(Source::kKnown, 1.0);
    if (rank > 0) use(Source::kPopularity, static_cast<double>(rank));
  }
  // The same as entries of a list.
  std::vector<KnownName> lines(const std::string& name) const;

  bool operator==(const Origins&) const = default;
};

}  // namespace lostletter::lookalike
