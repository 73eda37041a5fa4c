// SPDX-License-Identifier: Apache-2.0
//
// Who writes to whom on the mailing lists of the data: whole addresses, which
// stay inside this program. Nothing here may be printed.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "data.h"

namespace lostletter::eval {

struct Mailbox {
  std::size_t sent = 0;
  std::size_t received = 0;
};
// By address, in lower case.
using Mailboxes = std::map<std::string, Mailbox>;
Mailboxes load_mailboxes(const std::string& data);

// Slips in whole addresses, checked by hand.
std::vector<Pair> load_address_slips(const std::string& data);

// One of them in the header of a letter, and who wrote it.
struct LetterSlip {
  std::string typed;
  std::string letter;  // Message-ID
  std::string sender;
};
// Those whose letter is in the data.
std::vector<LetterSlip> load_letter_slips(const std::string& data);

// Two people whose addresses resemble each other.
std::vector<std::pair<std::string, std::string>> load_alike_senders(
    const std::string& data);

// Those one knows: who wrote five letters or was written to in twenty.
std::vector<std::string> frequent(const Mailboxes& mailboxes,
                                  const std::set<std::string>& without);
// Real, as they wrote, but only once or twice, and not among the frequent.
std::vector<std::string> rare_senders(const Mailboxes& mailboxes);

}  // namespace lostletter::eval
