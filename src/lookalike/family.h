// SPDX-License-Identifier: Apache-2.0
//
// Names come in families: the neighbour of a name may be a real name too
// (fh-bremen.de and ph-bremen.de, uwa.edu and uwm.edu, shop.com and shop.de).
// This table says how many such relatives a name has for one candidate slip,
// by the kind of slip, its place and the length of the label it is in; it is
// fitted by tools/learn_family to lists of names that are all real and stands
// in data/model/family.tsv.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "lookalike/align.h"
#include "lookalike/channel.h"
#include "lookalike/edit.h"

namespace lostletter::lookalike {

// Labels of at most so many characters; the last row is for all longer ones.
inline constexpr std::array<std::size_t, 6> kLabelLengths = {2, 3, 4, 5, 7, 10};
inline constexpr std::size_t kLengthClasses = kLabelLengths.size() + 1;

// Which row a label belongs to, and the length of the label around `at`.
std::size_t length_class(std::size_t label_length);
std::size_t label_length(const Shape& name, std::size_t at);

class Family {
 public:
  // A table as text: rows id<TAB>logarithm, a row for every kind of slip, every
  // place ("place-first") and every length class ("length-3"); their sum is
  // what a candidate gets. "further-edit" is added for each slip after the
  // first; "region-code" and "number" stand for all when only such differ. The
  // error names the line.
  static Result<Family> parse(std::string_view table);
  static const Family& built_in();

  // ln of the number of real relatives expected at the end of these slips.
  double log_relatives(const Shape& intended, std::span<const Edit> edits,
                       std::u32string_view typed) const;

  // The same of the name's stem under the suffix of `typed`, which has it.
  double log_variants(const Shape& intended, std::u32string_view typed) const;

  double kind(EditKind kind) const {
    return kinds_[static_cast<std::size_t>(kind)];
  }
  void set_kind(EditKind kind, double log) {
    kinds_[static_cast<std::size_t>(kind)] = log;
  }
  void set_place(EditPlace place, double log) {
    places_[static_cast<std::size_t>(place)] = log;
  }
  void set_length(std::size_t length_class, double log) {
    lengths_[length_class] = log;
  }
  void set_further_edit(double log) { further_edit_ = log; }
  void set_region_code(double log) { region_code_ = log; }
  void set_number(double log) { number_ = log; }
  std::string to_table() const;

 private:
  std::array<double, kEditKinds> kinds_{};
  std::array<double, kPlaces> places_{};
  std::array<double, kLengthClasses> lengths_{};
  double further_edit_ = 0;
  double region_code_ = 0;
  double number_ = 0;
};

// Does the length of its label matter for the relatives of a slip? A hyphen
// more or less is as common in long ones.
bool depends_on_length(EditKind kind, EditPlace place);

// Do two names differ in nothing but the code of a state, at one end of their
// label (albanyga.gov, albanyca.gov; vtcourts.gov, uscourts.gov)?
bool differ_by_region(std::u32string_view a, std::u32string_view b);

// Do they differ in nothing but digits (mail1.example, mail2.example)?
bool differ_by_number(std::u32string_view a, std::u32string_view b);

}  // namespace lostletter::lookalike
