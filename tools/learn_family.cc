// SPDX-License-Identifier: Apache-2.0
//
// Fits the table of families (src/lookalike/family.h) to lists of names that
// are all real, and writes it.
//
//   learn_family [-o TABLE] LIST...
//
// LIST has a name at the start of each line (what follows a tab, a comma or a
// space is left alone). For every name, every string one slip away is looked up
// in its own list: kinds, places and label lengths that lead to real names
// often get a high number of relatives. The model is a product of the three,
// fitted by iterative proportional fitting (Deming and Stephan 1940).
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "domain/name.h"
#include "learning.h"
#include "lookalike/align.h"
#include "lookalike/distance.h"
#include "lookalike/family.h"
#include "lookalike/index.h"
#include "lookalike/neighbours.h"
#include "lookalike/typed.h"

namespace {

using namespace lostletter;             // NOLINT: a program of one file
using namespace lostletter::lookalike;  // NOLINT

constexpr std::size_t kCells = kEditKinds * kPlaces * kLengthClasses;
using Counts = std::vector<double>;

struct Cell {
  std::size_t kind, place, length;
};
Cell cell(std::size_t i) {
  return {i / (kPlaces * kLengthClasses), i / kLengthClasses % kPlaces,
          i % kLengthClasses};
}

bool has_length(const Cell& c) {
  return depends_on_length(static_cast<EditKind>(c.kind),
                           static_cast<EditPlace>(c.place));
}

struct Listed {
  std::u32string text;
  std::size_t suffix = 0;
};

struct Tally {
  Counts possible = Counts(kCells);
  Counts real = Counts(kCells);
  double names = 0;
  std::array<double, kEditKinds> variants{};  // of whole kinds
  double children = 0;                        // names below a registered one
  double parents = 0;                         // of them, with a real parent
  double with_code = 0;                       // names with a region's code
  double other_code = 0;                      // pairs that differ in it alone
  double with_number = 0;                     // names with a digit
  double other_number = 0;                    // pairs that differ in them alone
  double two_edits = 0;                       // real pairs two slips apart
  std::vector<Counts> sampled;                // what is possible from each
};

std::vector<Listed> read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<Listed> names;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const auto name = domain::Name::parse(
        ascii_lower(line.substr(0, line.find_first_of("\t, \r"))));
    if (!name || name->labels().size() < 2) continue;
    auto text = decode_utf8(name->unicode()).value_or(U"");
    const std::size_t suffix = suffix_start(name->ascii(), text);
    if (suffix > 1) names.push_back({std::move(text), suffix});
  }
  return names;
}

void count_characters(const Channel& channel, const Listed& name,
                      const std::unordered_set<std::u32string>& all,
                      Tally& tally) {
  const Shape shape{name.text, name.suffix};
  for (const std::u32string& typed : neighbours(name.text)) {
    const auto found = align(channel, shape, typed, 1);
    if (!found || found->edits.size() != 1) continue;
    const Edit& edit = found->edits.front();
    const EditPlace place = place_of(shape, edit.at, edit.intended.size());
    const std::size_t i = (static_cast<std::size_t>(edit.kind) * kPlaces +
                           static_cast<std::size_t>(place)) *
                              kLengthClasses +
                          (depends_on_length(edit.kind, place)
                               ? length_class(label_length(shape, edit.at))
                               : 0);
    tally.possible[i] += 1;
    tally.real[i] += all.contains(typed) ? 1 : 0;
  }
}

// Of each name, how many of the list have its stem under another suffix.
void count_variants(const std::vector<Listed>& names, const Channel& channel,
                    Tally& tally) {
  std::unordered_map<std::u32string, std::vector<const Listed*>> stems;
  for (const Listed& name : names) {
    if (name.suffix < 4) continue;
    stems[name.text.substr(0, name.suffix)].push_back(&name);
  }
  for (const auto& [stem, group] : stems) {
    for (const Listed* a : group) {
      for (const Listed* b : group) {
        const auto found = align_suffix(channel, {a->text, a->suffix}, b->text);
        if (!found) continue;
        const auto kind = found->edits.front().kind;
        tally.variants[static_cast<std::size_t>(kind)] += 1;
      }
    }
  }
}

// Of the names below a registered one, how many have their parent in the list.
void count_parents(const std::vector<Listed>& names,
                   const std::unordered_set<std::u32string>& all,
                   Tally& tally) {
  for (const Listed& name : names) {
    const auto dot = name.text.find(U'.');
    if (dot + 1 >= name.suffix) continue;
    tally.children += 1;
    tally.parents += all.contains(name.text.substr(dot + 1)) ? 1 : 0;
  }
}

// Real names that differ in the code of a state only.
void count_regions(const std::vector<Listed>& names, Tally& tally) {
  std::unordered_map<std::u32string, std::vector<const Listed*>> bases;
  for (const Listed& name : names) {
    const auto dot = name.text.find(U'.');
    if (dot < 4 || dot + 1 != name.suffix) continue;
    bases[name.text.substr(0, dot - 2) + U'*' + name.text.substr(dot)]
        .push_back(&name);
    bases[U'*' + name.text.substr(2)].push_back(&name);
  }
  for (const auto& [base, group] : bases) {
    for (const Listed* a : group) {
      std::u32string other = a->text;
      const std::size_t at = base.front() == U'*' ? 0 : other.find(U'.') - 2;
      other[at] = other[at] == U'w' ? U'i' : U'w';
      other[at + 1] = other[at] == U'w' ? U'v' : U'a';
      // Has it a code at all? Then it would differ from one in West Virginia
      // or Iowa by the code alone.
      if (!differ_by_region(a->text, other)) continue;
      tally.with_code += 1;
      for (const Listed* b : group) {
        tally.other_code += differ_by_region(a->text, b->text) ? 1 : 0;
      }
    }
  }
}

// Real names that differ in a number only.
void count_numbers(const std::vector<Listed>& names, Tally& tally) {
  std::unordered_map<std::u32string, std::vector<const Listed*>> bases;
  for (const Listed& name : names) {
    std::u32string base;
    for (const char32_t c : name.text) {
      if (c < U'0' || c > U'9') base += c;
    }
    bases[base].push_back(&name);
  }
  for (const auto& [base, group] : bases) {
    for (const Listed* a : group) {
      if (a->text == base) continue;
      tally.with_number += 1;
      tally.other_number += static_cast<double>(group.size()) - 1;
    }
  }
}

// Pairs two slips apart, of every so many names.
constexpr std::size_t kSampled = 17;

void count_two_edits(const Channel& channel, const std::vector<Listed>& names,
                     const std::unordered_set<std::u32string>& all,
                     Tally& tally) {
  std::vector<KnownName> list;
  for (const std::u32string& name : all) {
    const auto parsed = domain::Name::parse(encode_utf8(name));
    if (parsed) list.push_back({parsed->ascii(), Source::kKnown, 1});
  }
  const Index index = Index::build(list);
  for (std::size_t i = 0; i < names.size(); i += kSampled) {
    const Listed& name = names[i];
    if (name.text.size() < kLongEnough + 2) continue;
    Tally own;
    count_characters(channel, name, all, own);
    tally.sampled.push_back(std::move(own.possible));
    for (const auto number :
         index.candidates(make_entry(name.text, name.suffix))) {
      tally.two_edits +=
          osa_distance(index.entry(number).text, name.text, 2) == 2 ? 1 : 0;
    }
  }
}

Tally count(const std::vector<std::string>& lists) {
  Tally tally;
  const Channel& channel = Channel::built_in();
  for (const std::string& path : lists) {
    const auto names = read(path);
    std::unordered_set<std::u32string> all;
    for (const Listed& name : names) all.insert(name.text);
    for (const Listed& name : names) {
      count_characters(channel, name, all, tally);
    }
    count_variants(names, channel, tally);
    count_parents(names, all, tally);
    count_regions(names, tally);
    count_numbers(names, tally);
    count_two_edits(channel, names, all, tally);
    tally.names += static_cast<double>(names.size());
  }
  return tally;
}

// Each factor in turn takes what makes its own sums right.
Family fit(const Tally& tally) {
  constexpr double kPull = 2;  // towards no effect of this row
  std::array<double, kEditKinds> kinds;
  std::array<double, kPlaces> places;
  std::array<double, kLengthClasses> lengths;
  kinds.fill(1e-4);
  places.fill(1);
  lengths.fill(1);
  const auto adjust = [&](auto& factors, auto index) {
    std::vector<double> real(factors.size(), kPull);
    std::vector<double> expected(factors.size(), kPull);
    for (std::size_t i = 0; i < kCells; ++i) {
      const Cell c = cell(i);
      real[index(c)] += tally.real[i];
      expected[index(c)] += tally.possible[i] * kinds[c.kind] *
                            places[c.place] *
                            (has_length(c) ? lengths[c.length] : 1);
    }
    for (std::size_t f = 0; f < factors.size(); ++f) {
      factors[f] *= real[f] / expected[f];
    }
  };
  for (int round = 0; round < 100; ++round) {
    adjust(kinds, [](Cell c) { return c.kind; });
    adjust(places, [](Cell c) { return c.place; });
    adjust(lengths, [](Cell c) { return c.length; });
  }
  Family family;
  for (const EditRow& row : edit_rows()) {
    const auto k = static_cast<std::size_t>(row.kind);
    family.set_kind(
        row.kind,
        std::log(is_whole(row.kind) ? (tally.variants[k] + 0.1) / tally.names
                                    : kinds[k]));
  }
  family.set_kind(EditKind::kLabelLost,
                  std::log((tally.parents + 0.1) / (tally.children + 1)));
  double expected = 0;  // pairs two slips apart, were slips independent
  for (const Counts& possible : tally.sampled) {
    double relatives = 0;
    for (std::size_t i = 0; i < kCells; ++i) {
      const Cell c = cell(i);
      relatives += possible[i] * kinds[c.kind] * places[c.place] *
                   (has_length(c) ? lengths[c.length] : 1);
    }
    expected += relatives * relatives / 2;
  }
  family.set_further_edit(std::log((tally.two_edits + 1) / (expected + 1)));
  constexpr double kRegionCodes = 55;
  family.set_region_code(std::log((tally.other_code + 0.1) /
                                  (tally.with_code * kRegionCodes + 10)));
  constexpr double kNumbers = 10;
  family.set_number(std::log((tally.other_number + 0.1) /
                             (tally.with_number * kNumbers + 10)));
  for (std::size_t p = 0; p < kPlaces; ++p) {
    family.set_place(static_cast<EditPlace>(p), std::log(places[p]));
  }
  for (std::size_t l = 0; l < kLengthClasses; ++l) {
    family.set_length(l, std::log(lengths[l]));
  }
  return family;
}

void learn(const std::vector<std::string>& lists, const std::string& out) {
  const Tally tally = count(lists);
  if (tally.names == 0) throw std::runtime_error("no names to learn from");
  std::string table =
      "# Families: ln of the real relatives of a name for one candidate slip.\n"
      "# Made by tools/learn_family from " +
      std::to_string(std::lround(tally.names)) + " names in " +
      std::to_string(lists.size()) + " lists; the figures are ours.\n" +
      fit(tally).to_table();
  learning::save(table, out);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Fits the table of families to lists of real names.",
               "learn_family");
  std::vector<std::string> lists;
  std::string out;
  app.add_option("LIST", lists, "names, one at the start of a line")
      ->required();
  app.add_option("-o,--output", out, "the table; else standard output");
  return learning::run(app, argc, argv, [&] { learn(lists, out); });
}
