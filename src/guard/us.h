// SPDX-License-Identifier: Apache-2.0
//
// Who we are, in mail of years past: which of its addresses are ours. Said by
// the operator, or guessed from the mail itself: people log in at their own
// house, mail for them is put into mailboxes there, and one side of every
// letter in its logs and mailboxes is theirs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/rules.h"

namespace lostletter::guard {

class Us {
 public:
  // Domains ("example.com"), "*.example.com" for it and all below, or whole
  // addresses: somebody at a provider is no more than that.
  static Result<Us> parse(const std::vector<std::string>& entries);

  // `address` as mail::Address::to_string() has it.
  bool has(std::string_view address) const;

 private:
  std::vector<Pattern> patterns_;
};

struct Guess {
  std::vector<std::string> domains;
  std::string reason;  // "3 of 4 letters sent with a login are from it"
};

// What letters tell of who wrote them and where they were kept. Automatic ones,
// and those without a sender, do not count.
struct Sides {
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;

  std::uint64_t letters = 0;
  std::uint64_t logins = 0;  // letters sent by somebody who had logged in
  std::uint64_t kept = 0;    // recipients whose mailbox is on the very host
  Counts by_login = {};      // domains of senders who had logged in
  Counts by_side = {};       // domains on either side of a letter
  Counts by_mailbox = {};    // domains of recipients kept
};

// The error says to name our domains, and why.
Result<Guess> guess_us(const Sides& sides);

}  // namespace lostletter::guard
