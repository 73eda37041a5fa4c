// SPDX-License-Identifier: Apache-2.0
//
// Fits the model of labels (src/lookalike/labels.h) to lists of names, and
// writes its table.
//
//   learn_labels [--every N] [-o TABLE] LIST...
//
// LIST has a name at the start of each line. The labels before the public
// suffix count, each once. Trigrams fall back on shorter contexts (Witten and
// Bell 1991). With --every N, only each N-th name of a list is learnt from, so
// that the others stay unseen.
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "domain/name.h"
#include "domain/suffix.h"
#include "learning.h"
#include "lookalike/labels.h"

namespace {

using namespace lostletter;             // NOLINT: a program of one file
using namespace lostletter::lookalike;  // NOLINT

constexpr std::size_t kSymbols = kLabelSymbols;

std::set<std::string> read(const std::vector<std::string>& lists,
                           std::size_t every) {
  std::set<std::string> labels;
  for (const std::string& path : lists) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with('#') || ++number % every != 0) continue;
      const auto name = domain::Name::parse(
          ascii_lower(line.substr(0, line.find_first_of("\t, \r"))));
      if (!name) continue;
      const auto suffix = domain::public_suffix(*name).text;
      const std::string_view ascii = name->ascii();
      if (ascii.size() < suffix.size() + 2) continue;
      for (const auto label :
           split(ascii.substr(0, ascii.size() - suffix.size() - 1), '.')) {
        if (!label.starts_with("xn--")) labels.emplace(label);
      }
    }
  }
  return labels;
}

// P(c | context) from the counts of what followed it, and the shorter context.
double witten_bell(const double* follow, std::size_t c, double shorter) {
  double total = 0;
  double kinds = 0;
  for (std::size_t i = 0; i < kSymbols; ++i) {
    total += follow[i];
    kinds += follow[i] > 0 ? 1 : 0;
  }
  if (total == 0) return shorter;
  return (follow[c] + kinds * shorter) / (total + kinds);
}

std::string table_of(const std::set<std::string>& labels) {
  std::vector<double> three(kSymbols * kSymbols * kSymbols);
  std::vector<double> two(kSymbols * kSymbols);
  std::vector<double> one(kSymbols);
  for (const std::string& label : labels) {
    std::size_t a = 0;
    std::size_t b = 0;
    for (std::size_t i = 0; i <= label.size(); ++i) {
      const std::size_t c = i < label.size() ? Labels::symbol(label[i]) : 0;
      ++three[(a * kSymbols + b) * kSymbols + c];
      ++two[b * kSymbols + c];
      ++one[c];
      a = b;
      b = c;
    }
  }
  std::string table;
  for (std::size_t a = 0; a < kSymbols; ++a) {
    for (std::size_t b = 0; b < kSymbols; ++b) {
      table += {Labels::letter(a), Labels::letter(b), '\t'};
      for (std::size_t c = 0; c < kSymbols; ++c) {
        const double p1 = witten_bell(one.data(), c, 1.0 / kSymbols);
        const double p2 = witten_bell(&two[b * kSymbols], c, p1);
        const double p3 =
            witten_bell(&three[(a * kSymbols + b) * kSymbols], c, p2);
        const auto steps = std::lround(-std::log(p3) / Labels::kStep);
        char cost = static_cast<char>(
            std::min<long>(Labels::kLeast + steps, Labels::kMost));
        // Not in the source that embeds it: escapes and trigraphs.
        if (cost == '\\' || cost == '?') ++cost;
        table += cost;
      }
      table += '\n';
    }
  }
  return table;
}

void learn(const std::vector<std::string>& lists, std::size_t every,
           const std::string& out) {
  const auto labels = read(lists, every);
  if (labels.empty()) throw std::runtime_error("no labels to learn from");
  const std::string table =
      "# Labels: cost of each symbol after two others, in eighths of a nat.\n"
      "# Made by tools/learn_labels from " +
      std::to_string(labels.size()) + " labels; the figures are ours.\n" +
      table_of(labels);
  learning::save(table, out);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Fits the model of labels to lists of names.", "learn_labels");
  std::vector<std::string> lists;
  std::string out;
  std::size_t every = 1;
  app.add_option("LIST", lists, "names, one at the start of a line")
      ->required();
  app.add_option("--every", every, "learn from each N-th name only")
      ->check(CLI::PositiveNumber);
  app.add_option("-o,--output", out, "the table; else standard output");
  return learning::run(app, argc, argv, [&] { learn(lists, every, out); });
}
