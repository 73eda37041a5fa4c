// SPDX-License-Identifier: Apache-2.0
#include "learning/us.h"

#include <set>
#include <string>

#include "base/text.h"
#include "mail/address.h"

namespace lostletter::learning {
namespace {

std::string domain_of(std::string_view address) {
  const auto at = mail::find_domain(address);
  return at ? ascii_lower(address.substr(*at)) : "";
}

}  // namespace

void Guesser::hear(const archive::Letter& letter) {
  if (letter.sender.empty() || letter.automatic) return;
  ++sides_.letters;
  const std::string from = domain_of(letter.sender);
  if (!letter.login.empty() && !from.empty()) {
    ++sides_.logins;
    ++sides_.by_login[from];
  }
  std::set<std::string> sides = {from};
  for (const archive::Recipient& to : letter.recipients) {
    sides.insert(domain_of(to.address));
  }
  for (const std::string& side : sides) {
    if (!side.empty()) ++sides_.by_side[side];
  }
}

}  // namespace lostletter::learning
