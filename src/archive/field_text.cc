// SPDX-License-Identifier: Apache-2.0
#include "archive/field_text.h"

#include "base/text.h"
#include "mail/address.h"

namespace lostletter::archive {

std::string address_text(std::string_view found) {
  if (found.empty()) return {};
  if (const auto address = mail::Address::parse(found)) {
    return address->to_string();
  }
  return std::string(found.substr(0, 512));
}

std::string id_text(std::string_view found) {
  found = trim(found);
  if (found.starts_with('<')) found.remove_prefix(1);
  if (found.ends_with('>')) found.remove_suffix(1);
  return std::string(found.substr(0, 998));
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::string_view take_until(std::string_view& text, std::string_view end) {
  const auto at = text.find(end);
  const auto taken = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + end.size());
  return taken;
}

}  // namespace lostletter::archive
