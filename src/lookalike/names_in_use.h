// SPDX-License-Identifier: Apache-2.0
//
// What people of a site are called: gary and taylor of gary.taylor. Whoever is
// new there is likelier called so, too, than letters alone tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace lostletter::lookalike {

class NamesInUse {
 public:
  // Somebody's LocalPart::base; a single name counts, too, and no initial.
  void add(std::u32string_view base, bool is_known);
  // REQUIRES: once, before what follows.
  void finish();

  // How many have this name, each once, `without` some of them. Where nobody
  // known has it, one alone is nobody: it may be a slip that was made before.
  std::size_t count(std::u32string_view name, std::size_t without) const;
  // Of so many.
  std::size_t people() const { return people_; }

 private:
  struct Name {
    std::uint32_t hash = 0;
    std::uint32_t count = 0;
    std::uint32_t known = 0;  // of them
  };
  std::vector<Name> names_;  // by hash, each once when finished
  std::size_t people_ = 0;
};

}  // namespace lostletter::lookalike
