// SPDX-License-Identifier: Apache-2.0
//
// A person's last letters, from rows of `lessons` (both back ends): which of
// the addresses that a question is about were in each of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "guard/correspondence.h"

namespace lostletter::store {

// Rows that are looked at: who writes to many at once is known by fewer
// letters.
inline constexpr std::int64_t kMostPastRows = 256;

class PastLetters {
 public:
  // Numbers of addresses; 0 is none. More than guard::kMostCompanions of
  // `together` and 64 of `alike` are not looked at.
  PastLetters(std::int64_t typed, const std::vector<std::int64_t>& together,
              const std::vector<std::int64_t>& alike);

  // A recipient of a letter; the rows of one letter follow each other. False
  // when no more of them need be added.
  bool add(std::int64_t letter, std::int64_t recipient);

  // The latest first; without circulars.
  std::vector<guard::PastLetter> finish() &&;

 private:
  struct Known {
    std::int64_t number = 0;
    std::uint32_t member = 0;  // their bits
    std::uint64_t alike = 0;
  };

  void note(const Known& one);
  void close();

  std::vector<Known> known_;
  std::int64_t rows_ = 0;
  std::optional<std::int64_t> letter_;
  guard::PastLetter open_;
  std::vector<guard::PastLetter> letters_;
};

}  // namespace lostletter::store
