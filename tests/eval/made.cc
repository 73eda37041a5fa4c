// SPDX-License-Identifier: Apache-2.0
#include "made.h"

#include <algorithm>
#include <string_view>

#include "domain/suffix.h"
#include "lookalike/edit.h"

namespace lostletter::eval {
namespace {

constexpr std::string_view kKeys = "abcdefghijklmnopqrstuvwxyz0123456789-";
// Digits and the hyphen are half as many as they would be at random.
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";

char any_key(Random& random) {
  return random.unit() < 0.9 ? kLetters[random.below(kLetters.size())]
                             : kKeys[random.below(kKeys.size())];
}

char key_beside(char key, Random& random) {
  std::string near;
  for (const char other : kKeys) {
    if (lookalike::is_adjacent_key(static_cast<unsigned char>(key),
                                   static_cast<unsigned char>(other))) {
      near += other;
    }
  }
  return near.empty() ? any_key(random) : near[random.below(near.size())];
}

std::string substituted(std::string text, Random& random) {
  char& key = text[random.below(text.size())];
  key = random.unit() < 0.295 ? key_beside(key, random) : any_key(random);
  return text;
}

std::string with_insertion(std::string text, Random& random) {
  const std::size_t at = random.below(text.size());
  const double kind = random.unit();
  const char key = kind < 0.166   ? text[at]
                   : kind < 0.447 ? key_beside(text[at], random)
                                  : any_key(random);
  return text.insert(at + random.below(2), 1, key);
}

std::string transposed(std::string text, Random& random) {
  if (text.size() > 1) {
    const std::size_t at = random.below(text.size() - 1);
    std::swap(text[at], text[at + 1]);
  }
  return text;
}

std::size_t stem_size(const std::string& name) {
  const auto suffix = domain::icann_suffix(name).text;
  return name.size() > suffix.size() + 1 ? name.size() - suffix.size() - 1 : 0;
}

// The last label becomes another one that exists: mil -> ml. Some have no
// such neighbour.
std::string with_other_top(const std::string& name, Random& random) {
  const std::size_t dot = name.rfind('.');
  const std::string top = name.substr(dot + 1);
  for (int tries = 0; tries < 400; ++tries) {
    const std::string other = mistype(top, random);
    if (other != top && domain::is_top_level(other)) {
      return name.substr(0, dot + 1) + other;
    }
  }
  return "";
}

std::string slip_and_top(const std::string& name, Random& random) {
  const std::string mistyped = slip(name, random);
  return mistyped.empty() ? "" : with_other_top(mistyped, random);
}

std::string two_slips(const std::string& name, Random& random) {
  return slip(slip(name, random), random);
}

std::string front_lost_and_slip(const std::string& name, Random& random) {
  const std::size_t dot = name.find('.');
  return dot < stem_size(name) ? slip(name.substr(dot + 1), random) : "";
}

// name.co.uk -> name.uk, and a slip
std::string suffix_label_lost_and_slip(const std::string& name,
                                       Random& random) {
  const std::size_t stem = stem_size(name);
  const std::size_t dot = name.rfind('.');
  if (stem == 0 || dot == stem) return "";
  const std::string mistyped = slip(name, random);
  return mistyped.substr(0, stem_size(mistyped)) + name.substr(dot);
}

}  // namespace

// Shares of the kinds: of 5,672 pairs of the .bd name server, 2017-18, those
// with one edit.
std::string mistype(std::string text, Random& random) {
  const double kind = random.unit();
  if (kind < 0.450) return substituted(std::move(text), random);
  if (kind < 0.739) return text.erase(random.below(text.size()), 1);
  if (kind < 0.983) return with_insertion(std::move(text), random);
  return transposed(std::move(text), random);
}

std::string slip(const std::string& name, Random& random) {
  const std::size_t stem = stem_size(name);
  if (stem == 0) return "";
  return mistype(name.substr(0, stem), random) + name.substr(stem);
}

const std::vector<Combination>& combinations() {
  static const std::vector<Combination> all = {
      {"one slip (to compare with)", slip},
      {"slip in a label + top level (us.amry.ml)", slip_and_top},
      {"two slips in labels", two_slips},
      {"front label lost + slip", front_lost_and_slip},
      {"suffix label lost + slip", suffix_label_lost_and_slip},
  };
  return all;
}

}  // namespace lostletter::eval
