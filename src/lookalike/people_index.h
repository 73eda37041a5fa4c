// SPDX-License-Identifier: Apache-2.0
//
// Finds, among many known people of a domain, those whose local parts are near
// a typed one: by one or two slips or by another way to write the names.
// Symmetric deletes (Garbe 2012) of the first seven characters, hashed together
// with the domain: what it finds is at least what the plain formulas of slip.h
// explain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace lostletter::lookalike {

class PeopleIndex {
 public:
  using Numbers = std::vector<std::uint32_t>;

  // REQUIRES: all of add() before finish(), finish() before look-ups.
  void add(std::uint32_t person, std::uint32_t domain,
           std::u32string_view base);
  void finish();

  // Each sorted, without repetition. Some may not resemble `base` after all.
  struct Near {
    Numbers by_hand;    // who may be slip_of_hand() away
    Numbers by_memory;  // who may be slip_of_memory() away
  };
  Near near(std::uint32_t domain, std::u32string_view base) const;

 private:
  struct Slot {  // a key's hash and who has it
    std::uint32_t hash;
    std::uint32_t person;
  };

  Numbers find(std::span<const std::uint32_t> hashes) const;

  std::vector<Slot> slots_;            // grouped by the top bits of the hash
  std::vector<std::uint32_t> starts_;  // of each group
  int shift_ = 31;
};

}  // namespace lostletter::lookalike
