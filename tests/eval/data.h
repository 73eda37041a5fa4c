// SPDX-License-Identifier: Apache-2.0
//
// What is evaluated on: pairs of a typed and an intended name, names that are
// what they seem, pairs of real names that resemble each other.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lostletter::eval {

struct Pair {
  std::string typed;
  std::string intended;
  auto operator<=>(const Pair&) const = default;
};

// One list of slips. Grades: A observed, B a maintained list, C invented.
struct TypoSource {
  std::string name;
  std::string grade;
  std::vector<Pair> pairs;  // of names, each once
  bool is_real() const { return !grade.starts_with('C'); }
};
std::vector<TypoSource> load_typos(const std::string& data);

// A list of names that somebody really has.
struct NameList {
  std::string name;
  std::vector<std::string> names;  // each once
  std::size_t left_out = 0;        // also typed by mistake in some source
};
// Without the names that a source of typos has as typed.
std::vector<NameList> load_legitimate(const std::string& data,
                                      const std::vector<TypoSource>& typos);

// Pairs of real names one slip apart.
struct Neighbours {
  std::string name;
  std::vector<std::pair<std::string, std::string>> pairs;
};
std::vector<Neighbours> load_neighbours(const std::string& data);

// What a site's own correspondence may look like: popular, university and
// government names, sorted.
std::vector<std::string> load_pool(const std::string& data);
// `number` of them, none of `without`, the same ones for the same seed.
std::vector<std::string> sample(std::vector<std::string> pool,
                                std::size_t number, std::uint64_t seed,
                                const std::set<std::string>& without);

// The same sequence on every machine (the standard leaves distributions open).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();                  // SplitMix64 (Steele 2014)
  std::size_t below(std::size_t bound);  // REQUIRES: bound > 0
  double unit();                         // [0, 1)
 private:
  std::uint64_t state_;
};

}  // namespace lostletter::eval
