// SPDX-License-Identifier: Apache-2.0
//
// One walk from the right end of the name: at each dot the hash of what was
// passed finds the rule, if any, that has just these labels. The longest rule
// prevails, an exception over all others (publicsuffix.org/list, "Algorithm").
// As in libpsl "*.kobe.jp" makes "kobe.jp" a suffix too, which the published
// algorithm would take for a name that somebody registered.
#include "domain/suffix.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "domain/suffix_table.h"

namespace lostletter::domain {
namespace {

using table::kException;
using table::kPrivateShift;
using table::kRule;
using table::kWildcard;

std::string_view text_of(const table::Node& node) {
  return {table::kLetters + node.at, node.length};
}

// The flags of the node with this text; 0 when there is none.
std::uint8_t flags_of(std::string_view text, std::uint32_t hash) {
  std::size_t at = hash & table::kSlotMask;
  while (const std::size_t number = table::kSlots[at]) {
    const table::Node& node = table::kNodes[number - 1];
    if (text_of(node) == text) return node.flags;
    at = (at + 1) & table::kSlotMask;
  }
  return 0;
}

// Gives the suffixes of a name, one label more at each call.
class Walk {
 public:
  explicit Walk(std::string_view name) : name_(name), start_(name.size()) {}

  // False when no label is left.
  bool step() {
    if (start_ == 0) return false;
    if (start_ != name_.size()) add(name_[--start_]);  // the dot
    while (start_ > 0 && name_[start_ - 1] != '.') add(name_[--start_]);
    return true;
  }
  std::string_view text() const { return name_.substr(start_); }
  std::uint8_t flags() const { return flags_of(text(), hash_); }

 private:
  void add(char c) {
    hash_ = (hash_ ^ static_cast<std::uint8_t>(c)) * 0x01000193U;
  }

  std::string_view name_;
  std::size_t start_;
  std::uint32_t hash_ = 0x811C9DC5U;
};

constexpr std::uint8_t kAnyIcann = kRule | kWildcard | kException;
constexpr std::uint8_t kEverySection = kAnyIcann | kAnyIcann << kPrivateShift;

// Has the node one of these flags in a section that counts?
Section section_of(std::uint8_t flags, std::uint8_t kinds) {
  if ((flags & kinds) != 0) return Section::kIcann;
  return (flags & kinds << kPrivateShift) != 0 ? Section::kPrivate
                                               : Section::kUnlisted;
}

// REQUIRES: `counted` is kAnyIcann or kEverySection.
Suffix longest(std::string_view name, std::uint8_t counted) {
  Walk walk(name);
  if (counted == kAnyIcann && walk.step() &&
      (walk.flags() & table::kAlone) != 0) {
    return {walk.text(), Section::kIcann};  // most names: one look is enough
  }
  walk = Walk(name);
  Suffix best{name, Section::kUnlisted};
  Section wildcard = Section::kUnlisted;  // what "*." the parent carries
  std::string_view parent;
  for (int depth = 0; depth <= table::kMostLabels && walk.step(); ++depth) {
    const auto flags = static_cast<std::uint8_t>(walk.flags() & counted);
    if (const Section of = section_of(flags, kException);
        of != Section::kUnlisted) {
      return {parent, of};
    }
    const Section own = section_of(flags, kRule | kWildcard);
    const Section found = std::min(own, wildcard);  // ICANN before private
    if (found != Section::kUnlisted || depth == 0) best = {walk.text(), found};
    wildcard = section_of(flags, kWildcard);
    parent = walk.text();
  }
  return best;
}

std::string_view with_one_label_more(std::string_view name,
                                     std::string_view suffix) {
  if (suffix.size() >= name.size()) return {};
  const std::size_t dot = name.size() - suffix.size() - 1;
  const std::size_t before = name.substr(0, dot).rfind('.');
  return name.substr(before == name.npos ? 0 : before + 1);
}

std::vector<std::string_view> read_icann_suffixes() {
  std::vector<std::string_view> suffixes;
  for (std::size_t i = 0; i < table::kNodeCount; ++i) {
    const table::Node& node = table::kNodes[i];
    if ((node.flags & (kRule | kWildcard)) != 0) {
      suffixes.push_back(text_of(node));
    }
  }
  return suffixes;
}

}  // namespace

Suffix public_suffix(std::string_view ascii) {
  return longest(ascii, kEverySection);
}

Suffix icann_suffix(std::string_view ascii) {
  return longest(ascii, kAnyIcann);
}

std::string_view registrable_domain(std::string_view ascii) {
  return with_one_label_more(ascii, public_suffix(ascii).text);
}

Suffix public_suffix(const Name& name) {
  return public_suffix(std::string_view(name.ascii()));
}

Suffix icann_suffix(const Name& name) {
  return icann_suffix(std::string_view(name.ascii()));
}

std::string_view registrable_domain(const Name& name) {
  return registrable_domain(std::string_view(name.ascii()));
}

bool is_top_level(std::string_view label) {
  Walk walk(label);
  return walk.step() && walk.text() == label &&
         (walk.flags() & table::kTopLevel) != 0;
}

const std::vector<std::string_view>& icann_suffixes() {
  static const auto all = read_icann_suffixes();
  return all;
}

}  // namespace lostletter::domain
