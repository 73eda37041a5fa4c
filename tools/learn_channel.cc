// SPDX-License-Identifier: Apache-2.0
//
// Fits the channel (src/lookalike/channel.h) to pairs of what was typed and
// what was meant, and writes its table.
//
//   learn_channel [--without SOURCE]... [-o TABLE] PAIRS...
//
// PAIRS are rows typed<TAB>intended<TAB>source; whole addresses count by their
// domains. The model is that of src/lookalike/channel_fit.h,
// solved by iteration (iterative scaling, Darroch and Ratcliff 1972), pulled
// towards kind x place where there is little data. Which slip explains a pair
// depends on the rows, so this is done a few times over (Viterbi training).
// A source whose typed names all stand under one top-level domain (the log of
// one registry) cannot show slips out of it: these are no opportunities there.
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "domain/name.h"
#include "learning.h"
#include "lookalike/channel.h"
#include "lookalike/channel_fit.h"
#include "lookalike/typed.h"

namespace {

using namespace lostletter;             // NOLINT: a program of one file
using namespace lostletter::lookalike;  // NOLINT

// One name in so many is typed with a slip that stays: between the shares of
// letters lost that were published (1e-4 to 2e-3, docs/engine.md) and the share
// of keys that are wrong before correction.
constexpr double kSlipsPerName = 1.0 / 500;

// A cell with this many slips believes itself as much as its kind and place.
constexpr double kPull = 4;

constexpr int kRounds = 3;
constexpr std::size_t kCells = kChannelCells;
using Counts = CellCounts;

struct Data {
  std::vector<MeantName> names;
  std::vector<TypedName> pairs;
  std::map<std::string, std::size_t> per_source;
};

std::u32string domain_of(std::string_view text) {
  const auto at = text.rfind('@');
  if (at != text.npos) text.remove_prefix(at + 1);
  return decode_utf8(ascii_lower(text)).value_or(U"");
}

void add_source(const std::string& source,
                const std::vector<std::array<std::u32string, 2>>& rows,
                Data& data) {
  std::set<std::u32string> tops;
  for (const auto& row : rows) tops.insert(top_level(row[0]));
  const std::u32string only = tops.size() == 1 ? *tops.begin() : U"";
  std::map<std::u32string, std::size_t> numbers;
  for (const auto& [typed, intended] : rows) {
    const auto name = domain::Name::parse(encode_utf8(intended));
    if (!name) continue;
    auto text = decode_utf8(name->unicode()).value_or(U"");
    const auto [at, fresh] = numbers.try_emplace(text, data.names.size());
    if (fresh) {
      const std::size_t suffix = suffix_start(name->ascii(), text);
      data.names.push_back({std::move(text), suffix, only, 0});
    }
    data.pairs.push_back({at->second, typed});
  }
  data.per_source[source] += rows.size();
}

Data read(const std::vector<std::string>& files,
          const std::vector<std::string>& without) {
  std::map<std::string, std::vector<std::array<std::u32string, 2>>> rows;
  for (const std::string& path : files) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    for (std::string line; std::getline(file, line);) {
      const auto fields = split(line, '\t');
      if (fields.size() < 3 ||
          std::ranges::find(without, fields[2]) != without.end()) {
        continue;
      }
      auto typed = domain_of(fields[0]);
      auto intended = domain_of(fields[1]);
      if (typed.empty() || intended.empty() || typed == intended) continue;
      rows[std::string(fields[2])].push_back(
          {std::move(typed), std::move(intended)});
    }
  }
  Data data;
  for (const auto& [source, pairs] : rows) add_source(source, pairs, data);
  return data;
}

// Of expected and seen slips, what the kind and the place alone would say.
Counts product_model(const Counts& seen, const Counts& exposure) {
  std::array<double, kEditKinds> kind_seen{};
  std::array<double, kEditKinds> kind_exposed{};
  std::array<double, kPlaces> place_seen{};
  std::array<double, kPlaces> place_expected{};
  for (std::size_t i = 0; i < kCells; ++i) {
    kind_seen[i / kPlaces] += seen[i];
    kind_exposed[i / kPlaces] += exposure[i];
  }
  // A kind with few occasions is taken for one of the usual rate.
  double all_seen = 0;
  double all_exposed = 0;
  for (std::size_t kind = 0; kind < kEditKinds; ++kind) {
    all_seen += kind_seen[kind];
    all_exposed += kind_exposed[kind];
  }
  const double few = 0.5 * all_exposed / all_seen;
  const auto rate = [&](std::size_t kind) {
    return (kind_seen[kind] + 0.5) / (kind_exposed[kind] + few);
  };
  for (std::size_t i = 0; i < kCells; ++i) {
    place_seen[i % kPlaces] += seen[i];
    place_expected[i % kPlaces] += exposure[i] * rate(i / kPlaces);
  }
  Counts model{};
  for (std::size_t i = 0; i < kCells; ++i) {
    model[i] = rate(i / kPlaces) * (place_seen[i % kPlaces] + 0.5) /
               (place_expected[i % kPlaces] + 0.5);
  }
  return model;
}

// One round: intensities for the slips as they are explained now.
Counts fit(const Data& data, const std::vector<Counts>& possible,
           const SeenSlips& seen) {
  Counts intensity;
  intensity.fill(1);
  for (int round = 0; round < 60; ++round) {
    Counts exposure{};
    for (std::size_t n = 0; n < data.names.size(); ++n) {
      if (data.names[n].pairs == 0) continue;
      const double each = data.names[n].pairs / product(intensity, possible[n]);
      for (std::size_t i = 0; i < kCells; ++i) {
        exposure[i] += possible[n][i] * each;
      }
    }
    const Counts model = product_model(seen.slips, exposure);
    for (std::size_t i = 0; i < kCells; ++i) {
      intensity[i] = (seen.slips[i] + kPull) / (exposure[i] + kPull / model[i]);
    }
  }
  return intensity;
}

// Scaled so that a name as they are has kSlipsPerName slips of characters in
// all; what follows a first slip is as much likelier as pairs show.
Channel to_channel(const Data& data, const std::vector<Counts>& possible,
                   const Counts& intensity, const SeenSlips& seen) {
  double slips = 0;
  double pairs = 0;
  for (std::size_t n = 0; n < data.names.size(); ++n) {
    slips += data.names[n].pairs * product(intensity, possible[n]);
    pairs += data.names[n].pairs;
  }
  const double scale = kSlipsPerName / (slips / pairs);
  Channel channel;
  for (const EditRow& row : edit_rows()) {
    for (std::size_t p = 0; p < kPlaces; ++p) {
      const std::size_t i = static_cast<std::size_t>(row.kind) * kPlaces + p;
      channel.set(row.kind, static_cast<EditPlace>(p),
                  std::log(intensity[i] * scale));
    }
  }
  channel.set_further_edit(
      std::log(2 * (seen.more + 1) / (seen.one + 1) / kSlipsPerName));
  return channel;
}

std::string provenance(const Data& data, const SeenSlips& seen) {
  std::string text =
      "# The channel: ln P(this very slip | intended), by kind and place.\n"
      "# Made by tools/learn_channel from typed and intended names; the figures"
      "\n# are ours, none of the data is here. Pairs read:\n";
  for (const auto& [source, count] : data.per_source) {
    text += "#   " + source + ' ' + std::to_string(count) + '\n';
  }
  const auto whole = [](double n) { return std::to_string(std::lround(n)); };
  return text + "# Explained by one slip " + whole(seen.one) + ", by more " +
         whole(seen.more) + ", by none " + whole(seen.far) +
         ".\n# kind\tfirst\tinside\tlabel-end\tsuffix\n";
}

void print_seen(const SeenSlips& seen) {
  for (const EditRow& row : edit_rows()) {
    std::cerr << row.id;
    for (std::size_t p = 0; p < kPlaces; ++p) {
      std::cerr << '\t'
                << seen.slips[static_cast<std::size_t>(row.kind) * kPlaces + p];
    }
    std::cerr << '\n';
  }
}

void learn(const std::vector<std::string>& files,
           const std::vector<std::string>& without, const std::string& out) {
  Data data = read(files, without);
  if (data.pairs.empty()) throw std::runtime_error("no pairs to learn from");
  Channel channel = Channel::built_in();
  SeenSlips seen;
  for (int round = 0; round < kRounds; ++round) {
    seen = explain_all(channel, data.names, data.pairs);
    std::vector<Counts> possible;
    possible.reserve(data.names.size());
    for (const MeantName& name : data.names) {
      possible.push_back(name.pairs > 0 ? opportunities(channel, name)
                                        : Counts{});
    }
    channel = to_channel(data, possible, fit(data, possible, seen), seen);
  }
  print_seen(seen);
  const std::string table = provenance(data, seen) + channel.to_table();
  learning::save(table, out);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Fits the channel to pairs of typed and intended names.",
               "learn_channel");
  std::vector<std::string> files;
  std::vector<std::string> without;
  std::string out;
  app.add_option("PAIRS", files, "rows typed<TAB>intended<TAB>source")
      ->required();
  app.add_option("--without", without, "leave this source out");
  app.add_option("-o,--output", out, "the table; else standard output");
  return learning::run(app, argc, argv, [&] { learn(files, without, out); });
}
