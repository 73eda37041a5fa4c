// SPDX-License-Identifier: Apache-2.0
//
// Domain names nobody registered, for benchmarks: one to three words of
// syllables, some words far more usual than others, with suffixes about as
// often as a list of popular names has them; 13 characters on average. The same
// seed makes the same names.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace lostletter::bench {

class NameMaker {
 public:
  explicit NameMaker(std::uint64_t seed) : random_(seed) {
    std::unordered_set<std::string> seen;
    while (words_.size() < kWords) {
      std::string word = make_word();
      if (seen.insert(word).second) words_.push_back(std::move(word));
    }
  }

  std::string name() {
    std::string name = word();
    const double share = fraction();
    if (share < 0.55) {
      if (share < 0.05) name += '-';
      name += word();
    } else if (share < 0.6) {
      name += word() + word();
    }
    if (fraction() < 0.04) name = word() + '.' + name;
    constexpr std::string_view kSuffixes[] = {
        ".com", ".com", ".com",   ".com", ".com", ".com",   ".com",
        ".com", ".com", ".com",   ".net", ".net", ".org",   ".org",
        ".de",  ".ru",  ".co.uk", ".fr",  ".it",  ".co.jp", ".com.br",
        ".in",  ".pl",  ".info",  ".edu"};
    return name += kSuffixes[below(std::size(kSuffixes))];
  }

  // `count` names, none of them twice or in `others`.
  std::vector<std::string> names(std::size_t count,
                                 const std::vector<std::string>& others = {}) {
    std::unordered_set<std::string> seen(others.begin(), others.end());
    std::vector<std::string> made;
    while (made.size() < count) {
      std::string one = name();
      if (seen.insert(one).second) made.push_back(std::move(one));
    }
    return made;
  }

  // One or two slips of a hand.
  std::string slipped(std::string name) {
    for (std::size_t slips = 1 + below(2); slips > 0; --slips) {
      const std::size_t at = below(name.size());
      const auto letter = static_cast<char>('a' + below(26));
      switch (below(4)) {
        case 0:
          name.erase(at, 1);
          break;
        case 1:
          name.insert(at, 1, letter);
          break;
        case 2:
          name[at] = letter;
          break;
        default:
          if (at + 1 < name.size()) std::swap(name[at], name[at + 1]);
      }
    }
    return name;
  }

  std::size_t below(std::size_t end) { return random_() % end; }

 private:
  static constexpr std::size_t kWords = 60000;

  double fraction() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

  template <std::size_t size>
  std::string_view one_of(const std::string_view (&texts)[size]) {
    return texts[below(size)];
  }

  std::string make_word() {
    constexpr std::string_view kOnsets[] = {
        "b", "c", "d", "f", "g",  "h",  "j",  "k",  "l",  "m",  "n",  "p",
        "r", "s", "t", "v", "w",  "br", "ch", "cl", "cr", "dr", "fl", "gr",
        "p", "s", "t", "m", "sh", "sp", "st", "th", "tr", "",   "b",  "c"};
    constexpr std::string_view kVowels[] = {"a", "e", "i", "o",  "u",
                                            "a", "e", "o", "ea", "oo"};
    constexpr std::string_view kCodas[] = {"",  "",  "",  "",   "",  "n",
                                           "r", "s", "t", "l",  "m", "d",
                                           "k", "p", "x", "ng", "st"};
    std::string word;
    const std::size_t syllables = 1 + below(2);
    for (std::size_t i = 0; i < syllables; ++i) {
      word += one_of(kOnsets);
      word += one_of(kVowels);
      word += one_of(kCodas);
    }
    return word.size() < 2 ? make_word() : word;
  }

  // One word in sixteen is drawn by Zipf's law, the others evenly: about as
  // many names then begin alike as in a list of popular names.
  const std::string& word() {
    if (below(16) != 0) return words_[below(kWords)];
    const double rank = std::pow(static_cast<double>(kWords), fraction());
    return words_[static_cast<std::size_t>(rank) - 1];
  }

  std::mt19937_64 random_;
  std::vector<std::string> words_;
};

}  // namespace lostletter::bench
