// SPDX-License-Identifier: Apache-2.0
//
// Figures for people: a share is never shown without its interval, a table is
// plain text or Markdown.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace lostletter::eval {

// How many of how many; Wilson's score interval at 95 % (Wilson 1927), which
// stays honest near 0 and 1 and for few cases.
struct Share {
  std::size_t hits = 0;
  std::size_t of = 0;

  double value() const;
  double low() const;
  double high() const;
  void count(bool hit) {
    hits += hit ? 1 : 0;
    ++of;
  }
  Share& operator+=(const Share& other);
};

std::string percent(double value);          // "97.3 %", "0.012 %"
std::string to_string(const Share& share);  // "97.3 % (96.1-98.2)", "-"

class Table {
 public:
  explicit Table(std::vector<std::string> heads) : heads_(std::move(heads)) {}
  // REQUIRES: as many cells as heads.
  void add(std::vector<std::string> cells);
  void print(std::ostream& out, bool markdown) const;

 private:
  std::vector<std::string> heads_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace lostletter::eval
