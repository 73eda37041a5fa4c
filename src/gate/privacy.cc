// SPDX-License-Identifier: Apache-2.0
#include "gate/privacy.h"

#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "mail/address.h"

namespace lostletter::gate {
namespace {

std::string domain_only(std::string_view address) {
  const auto at = mail::find_domain(address);
  return at ? "*@" + std::string(address.substr(*at)) : "*";
}

}  // namespace

Privacy::Privacy(LogAddresses how, std::string secret)
    : how_(how), secret_(std::move(secret)) {}

std::string Privacy::address(std::string_view address) const {
  switch (how_) {
    case LogAddresses::kClear:
      return std::string(address);
    case LogAddresses::kHashed:
      return keyed_hash(secret_, ascii_lower(address));
    case LogAddresses::kDomain:
      return domain_only(address);
  }
  std::unreachable();
}

std::string Privacy::submitter(std::string_view key) const {
  if (how_ == LogAddresses::kClear) return std::string(key);
  if (how_ == LogAddresses::kHashed) return keyed_hash(secret_, key);
  // "client:192.0.2.1/" says where, behind it stands who.
  const bool is_client = key.starts_with("client:");
  const auto who = is_client ? key.find('/') : key.find(':');
  return std::string(key.substr(0, who + 1)) + domain_only(key.substr(who + 1));
}

guard::Assessment Privacy::assessment(guard::Assessment found) const {
  if (how_ == LogAddresses::kClear) return found;
  const bool hashed = how_ == LogAddresses::kHashed;
  found.address = address(found.address);
  if (hashed) found.domain.clear();
  for (auto& intended : found.intended) {
    intended.address = address(intended.address);
    if (hashed) intended.domain.clear();
    if (hashed) intended.edit.clear();
  }
  for (auto& finding : found.findings) {
    // "address.syntax" quotes the local-part, a rule may be an address; the
    // engine's sentences name domains only.
    if (hashed || !finding.id.starts_with("lookalike.")) finding.text.clear();
  }
  return found;
}

}  // namespace lostletter::gate
