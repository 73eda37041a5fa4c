// SPDX-License-Identifier: Apache-2.0
//
// What kind of slip leads from one name to another, and slips made to measure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lostletter::eval {

// Edits from one to the other (optimal string alignment).
int distance(std::string_view a, std::string_view b);

// Is an intended name the nearest of a list? What is not can be told from the
// nearer ones by popularity alone, so the share of such pairs is about what
// likeness by itself can reach.
class Nearest {
 public:
  explicit Nearest(std::vector<std::string> names);
  enum class Place { kAlone, kTied, kFarther };
  Place place(const std::string& typed, const std::string& intended) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::uint64_t> masks_;  // which letters a name has
};

// The kinds by which the tables split, in their order.
const std::vector<std::string>& slip_kinds();
// One of them: the first that fits.
const std::string& slip_kind(const std::string& typed,
                             const std::string& intended);

}  // namespace lostletter::eval
