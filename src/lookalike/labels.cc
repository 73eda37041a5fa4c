// SPDX-License-Identifier: Apache-2.0
#include "lookalike/labels.h"

#include <algorithm>
#include <cassert>
#include <memory>

#include "base/text.h"
#include "lookalike/model.h"

namespace lostletter::lookalike {
namespace {

constexpr std::string_view kLetters = "^abcdefghijklmnopqrstuvwxyz0123456789-_";
static_assert(kLetters.size() == kLabelSymbols);

std::size_t row_number(std::string_view pair) {
  const auto a = kLetters.find(pair[0]);
  const auto b = kLetters.find(pair[1]);
  if (a == kLetters.npos || b == kLetters.npos) return kLetters.npos;
  return a * kLabelSymbols + b;
}

Error wrong(std::size_t line, std::string_view what) {
  return {"line " + std::to_string(line) + " of the labels' table " +
          std::string(what)};
}

}  // namespace

std::size_t Labels::symbol(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<std::size_t>(c - 'a') + 1;
  if (c >= '0' && c <= '9') return static_cast<std::size_t>(c - '0') + 27;
  return c == '-' ? 37 : 38;
}

char Labels::letter(std::size_t symbol) { return kLetters[symbol]; }

Result<Labels> Labels::parse(std::string_view table) {
  Labels labels;
  std::array<bool, kLabelSymbols * kLabelSymbols> seen{};
  std::size_t number = 0;
  for (std::string_view line : split(table, '\n')) {
    ++number;
    // Comments are "# " here: '#' is a cost.
    if (line.empty() || line.starts_with("# ")) continue;
    if (line.size() != 3 + kLabelSymbols || line[2] != '\t') {
      return std::unexpected(wrong(number,
                                   "is no row of two symbols, a tab "
                                   "and 39 costs"));
    }
    const std::size_t row = row_number(line.substr(0, 2));
    if (row == kLetters.npos) {
      return std::unexpected(wrong(number, "begins with no two symbols"));
    }
    seen[row] = true;
    for (std::size_t i = 0; i < kLabelSymbols; ++i) {
      const char c = line[3 + i];
      if (c < kLeast || c > kMost) {
        return std::unexpected(wrong(number, "has a cost that is none"));
      }
      labels.costs_[row * kLabelSymbols + i] =
          static_cast<std::uint8_t>(c - kLeast);
    }
  }
  if (std::ranges::find(seen, false) != seen.end()) {
    return fail("the labels' table lacks rows");
  }
  return labels;
}

const Labels& Labels::built_in() {
  static const Labels labels = [] {
    auto parsed = parse(data::kLabels);
    assert(parsed);  // a test has parsed it
    return parsed ? *parsed : Labels();
  }();
  return labels;
}

double Labels::log_probability(std::string_view label) const {
  std::uint32_t steps = 0;
  std::size_t a = 0;
  std::size_t b = 0;
  for (std::size_t i = 0; i <= label.size(); ++i) {
    const std::size_t c = i < label.size() ? symbol(label[i]) : 0;
    steps += costs_[(a * kLabelSymbols + b) * kLabelSymbols + c];
    a = b;
    b = c;
  }
  return -(steps * kStep);
}

}  // namespace lostletter::lookalike
