// SPDX-License-Identifier: Apache-2.0
//
// Who we are, in mail of years past: which of its addresses are ours. Said by
// the operator, or guessed from the mail itself: people log in at their own
// house, and one side of every letter in its logs and mailboxes is theirs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "archive/letter.h"
#include "base/result.h"
#include "guard/rules.h"

namespace lostletter::learning {

class Us {
 public:
  // Domains ("example.com"), "*.example.com" for it and all below, or whole
  // addresses: somebody at a provider is no more than that.
  static Result<Us> parse(const std::vector<std::string>& entries);

  // `address` as mail::Address::to_string() has it.
  bool has(std::string_view address) const;

 private:
  std::vector<guard::Pattern> patterns_;
};

struct Guess {
  std::vector<std::string> domains;
  std::string reason;  // "3 of 4 letters sent with a login are from it"
};

// Hears letters, at best of all sources, and says who it thinks we are.
class Guesser {
 public:
  void hear(const archive::Letter& letter);
  std::uint64_t heard() const { return letters_; }

  // The error says to name our domains, and why.
  Result<Guess> guess() const;

 private:
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;

  std::uint64_t letters_ = 0;
  std::uint64_t logins_ = 0;
  Counts by_login_;  // domains of senders who had logged in
  Counts by_side_;   // domains on either side of a letter
};

}  // namespace lostletter::learning
