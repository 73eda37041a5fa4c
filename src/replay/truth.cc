// SPDX-License-Identifier: Apache-2.0
#include "replay/truth.h"

#include "base/text.h"
#include "mail/address.h"

namespace lostletter::replay {

Truth::Truth(const scan::Report& report) {
  // The surest first: a finding of another kind does not change it.
  for (const scan::Finding& one : report.findings) {
    intended_.emplace(one.typed, one.intended);
  }
}

const std::string* Truth::find(std::string_view address) const {
  const std::string text = ascii_lower(address);
  auto found = intended_.find(text);
  if (found != intended_.end()) return &found->second;
  const auto at = mail::find_domain(text);
  if (!at) return nullptr;
  found = intended_.find(std::string_view(text).substr(*at));
  return found == intended_.end() ? nullptr : &found->second;
}

}  // namespace lostletter::replay
