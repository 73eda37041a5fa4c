// SPDX-License-Identifier: Apache-2.0
//
// Known people, packed, as a site of years has them by the million: most at
// domains where one or a few are known, some at providers of thousands. Those
// of a domain stand together. Where they are few all of them are looked at,
// through a word of each that tells most of them apart; where they are many an
// index is asked (people_index.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lookalike/names_in_use.h"
#include "lookalike/people_index.h"
#include "lookalike/person_case.h"

namespace lostletter::lookalike {

class PeopleTable {
 public:
  using Numbers = std::vector<std::uint32_t>;

  struct Place {
    std::uint32_t text = 0;  // where its domain stands, and how long it is
    std::uint32_t size = 0;
    std::uint32_t first = 0;  // of its people
    std::uint32_t end = 0;
    std::uint32_t known = 0;  // of them Standing::kKnown
    double weight = 0;        // of all of them

    std::size_t people() const { return end - first; }
  };

  // A local part that is asked for, with what it is compared by. `base` must
  // outlive it.
  class Asked {
   public:
    explicit Asked(std::u32string_view base);

   private:
    friend class PeopleTable;
    // Of the ways to write it, the first without separators; 0: none.
    using Forms = std::array<std::uint32_t, 4>;
    std::u32string_view base_;
    std::string bytes_;  // empty: it is not ASCII
    std::uint32_t signature_ = 0;
    Forms forms_{};
  };

  // Two of one mailbox are one person: case, tag ("+news") and, where the
  // domain ignores them, dots aside; known if one of them is. Beyond 4 GiB of
  // local parts, some hundred million people, more are left out. REQUIRES:
  // before finish()
  void add(std::string_view local_part, std::string_view domain, double weight,
           Standing standing = Standing::kKnown);
  // REQUIRES: once, before what follows.
  void finish();

  std::size_t size() const { return rows_.size(); }
  double weight() const { return weight_; }
  const NamesInUse& names() const { return names_; }
  Person person(std::uint32_t number) const;

  // "googlemail.com" is gmail.com. Nothing where nobody is known.
  const Place* find_place(std::string_view domain) const;
  std::string_view domain(const Place& place) const {
    return std::string_view(domains_).substr(place.text, place.size);
  }

  // Each in order. Some may not resemble it after all.
  struct Near {
    Numbers by_hand;    // who may be slip_of_hand() away
    Numbers by_memory;  // who may be slip_of_memory() away
  };
  Near near(const Place& place, const Asked& asked) const;
  // Of the one whose mailbox it is.
  std::optional<Standing> standing(const Place& place,
                                   const Asked& asked) const;
  // Is a known one's local part the same there, separators aside?
  bool has_same(const Place& place, const Asked& asked) const;

  // All known whose local part is the same, separators aside, wherever they
  // are.
  struct Same {
    bool is_single = false;
    std::uint32_t first = 0;
    double weight = 0;
  };
  std::optional<Same> same(const Asked& asked) const;

 private:
  struct Row {
    std::uint32_t text = 0;   // where it stands as written
    std::uint32_t size = 0;   // of that
    std::uint32_t base = 0;   // behind it: size of LocalPart::base in UTF-8
    std::uint32_t place = 0;  // with the marks below
    double weight = 0;

    std::uint32_t number() const { return place & ~(kOther | kWrittenTo); }
    bool is_known() const { return (place & kWrittenTo) == 0; }
  };
  struct Slot {  // by joined(base)
    std::uint32_t hash = 0;
    std::uint32_t found = kFree;
  };
  static constexpr std::uint32_t kSameText = 0xFFFFFFFF;  // of Row::base
  // Of Row::place: its domain is the place's other name; is
  // Standing::kWrittenTo.
  static constexpr std::uint32_t kOther = std::uint32_t{1} << 31;
  static constexpr std::uint32_t kWrittenTo = std::uint32_t{1} << 30;
  static constexpr std::uint32_t kFree = 0xFFFFFFFF;
  static constexpr std::uint32_t kShared = std::uint32_t{1} << 31;

  std::uint32_t intern_place(std::string_view domain);
  std::size_t find_number(std::string_view domain, std::uint32_t hash) const;
  void grow_numbers();
  bool put_text(Row& row, std::string_view written, std::string_view base);
  void group();
  void merge(Place& place, std::uint32_t first, std::uint32_t end);
  void describe();
  void add_same(std::uint32_t number, std::uint32_t hash);

  std::string_view written(const Row& row) const;
  std::string_view base_text(const Row& row) const;
  std::u32string base(std::uint32_t number) const;
  bool is_within(std::uint32_t number, const Asked& asked) const;
  template <typename Use>
  void each_same(const Place& place, const Asked& asked, const Use& use) const;
  std::size_t find_slot(std::uint32_t hash, std::u32string_view base) const;

  std::string texts_;    // of local parts
  std::string domains_;  // canonical
  std::vector<Row> rows_;
  std::vector<Place> places_;
  std::vector<Slot> numbers_;  // of places, by domain; a power of two
  double weight_ = 0;
  std::vector<std::uint32_t> signatures_;  // like rows_
  std::vector<Asked::Forms> forms_;
  std::vector<Slot> slots_;   // of rows, or kShared and of shared_
  std::vector<Same> shared_;  // local parts that several have
  PeopleIndex index_;         // of places with many
  NamesInUse names_;
};

}  // namespace lostletter::lookalike
