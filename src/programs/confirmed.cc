// SPDX-License-Identifier: Apache-2.0
#include "programs/confirmed.h"

#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "gate/submission.h"
#include "programs/setup.h"

namespace lostletter::programs {

Result<Confirmed> Confirmed::open(const store::StoreAddress& address,
                                  const mail::Address& sender) {
  Confirmed confirmed;
  // The gate knows people by login; which of the two usual forms a site has,
  // an address does not tell.
  confirmed.submitters_ = {
      gate::submitter_key(sender.to_string(), "", ""),
      gate::submitter_key(sender.unquoted_local_part(), "", ""),
      gate::submitter_key("", "127.0.0.1", sender.to_string()),
  };
  auto store = open_if_there(address);
  if (!store) return std::unexpected(store.error());
  confirmed.store_ = std::move(*store);
  return confirmed;
}

void Confirmed::apply(guard::Assessment& assessment) const {
  if (!store_ || assessment.action != guard::Action::kAsk) return;
  const auto address = mail::Address::parse(assessment.address);
  if (!address) return;
  const Seconds now = system_clock().now();
  for (const std::string& submitter : submitters_) {
    const auto found = store_->find_confirmation(
        submitter, ascii_lower(address->to_string()), now);
    if (!found) continue;
    assessment.action = guard::Action::kAccept;
    assessment.findings.push_back(
        {"ask.confirmed", 0,
         fmt::format("confirmed by {} at {}, until {}", printable(submitter),
                     to_rfc3339(found->confirmed_at),
                     to_rfc3339(found->expires_at))});
    return;
  }
}

}  // namespace lostletter::programs
