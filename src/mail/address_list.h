// SPDX-License-Identifier: Apache-2.0
//
// Addresses as they stand in header fields and in lists people paste (RFC 5322
// 3.4 and 4.4, RFC 6854): display names, groups, comments, source routes,
// folding, obsolete forms. Iterative: no input nests the stack.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mail/address.h"

namespace lostletter::mail {

struct Mailbox {
  std::string display_name;  // quotes and escapes removed; may be empty
  Address address;
};

struct AddressList {
  std::vector<Mailbox> mailboxes;  // groups flattened, in order
  std::vector<Error> errors;       // one for each entry that is no mailbox
};

// Never fails as a whole: what can be read is read. At most `most` entries;
// beyond that one error says so.
AddressList parse_address_list(std::string_view text, std::size_t most = 10000);

}  // namespace lostletter::mail
