// SPDX-License-Identifier: Apache-2.0
#include "table.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <ostream>
#include <utility>

#include <fmt/format.h>

namespace lostletter::eval {
namespace {

constexpr double kNormal = 1.959963984540054;  // two-sided, 95 %

double wilson(std::size_t hits, std::size_t of, double sign) {
  if (of == 0) return 0;
  const double n = static_cast<double>(of);
  const double p = static_cast<double>(hits) / n;
  const double z2 = kNormal * kNormal;
  const double half = kNormal * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  const double bound = (p + z2 / (2 * n) + sign * half) / (1 + z2 / n);
  return std::clamp(bound, 0.0, 1.0);
}

// Enough digits for rates of one in ten thousand, no more than needed above.
std::string digits(double value) {
  const double hundred = 100 * value;
  if (hundred == 0) return "0";
  if (hundred < 0.1) return fmt::format("{:.3f}", hundred);
  if (hundred < 2) return fmt::format("{:.2f}", hundred);
  return fmt::format("{:.1f}", hundred);
}

}  // namespace

double Share::value() const {
  return of == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(of);
}
double Share::low() const { return wilson(hits, of, -1); }
double Share::high() const { return wilson(hits, of, +1); }

Share& Share::operator+=(const Share& other) {
  hits += other.hits;
  of += other.of;
  return *this;
}

std::string percent(double value) { return digits(value) + " %"; }

std::string to_string(const Share& share) {
  if (share.of == 0) return "-";
  return fmt::format("{} % ({}-{})", digits(share.value()), digits(share.low()),
                     digits(share.high()));
}

void Table::add(std::vector<std::string> cells) {
  assert(cells.size() == heads_.size());
  rows_.push_back(std::move(cells));
}

void Table::print(std::ostream& out, bool markdown) const {
  std::vector<std::size_t> widths;
  widths.reserve(heads_.size());
  for (const auto& head : heads_) widths.push_back(head.size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    out << (markdown ? "|" : " ");
    for (std::size_t i = 0; i < cells.size(); ++i) {
      // The first column is text, the others are figures.
      out << (i == 0 ? fmt::format(" {:<{}}", cells[i], widths[i])
                     : fmt::format(" {:>{}}", cells[i], widths[i]))
          << (markdown ? " |" : " ");
    }
    out << '\n';
  };
  line(heads_);
  if (markdown) {
    out << '|';
    for (std::size_t i = 0; i < heads_.size(); ++i) {
      out << (i == 0 ? " --- |" : " ---: |");
    }
    out << '\n';
  }
  for (const auto& row : rows_) line(row);
  out << '\n';
}

}  // namespace lostletter::eval
