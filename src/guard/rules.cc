// SPDX-License-Identifier: Apache-2.0
#include "guard/rules.h"

#include <utility>

#include "base/text.h"
#include "domain/name.h"
#include "mail/address.h"

namespace lostletter::guard {

Pattern::Pattern(Kind kind, std::string value, std::string_view text)
    : kind_(kind), value_(std::move(value)), text_(text) {}

Result<Pattern> Pattern::parse(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    return fail("'" + printable(text, 80) + "' is no domain, no *.domain and " +
                "no address: " + std::string(why));
  };
  if (text.find('@') != text.npos) {
    const auto address = mail::Address::parse(text);
    if (!address) return refuse(address.error().message);
    return Pattern(Kind::kAddress, address->to_string(), text);
  }
  const bool below = text.starts_with("*.");
  const auto name = domain::Name::parse(below ? text.substr(2) : text);
  if (!name) return refuse(name.error().message);
  return Pattern(below ? Kind::kBelow : Kind::kName, name->ascii(), text);
}

bool Pattern::matches(std::string_view address, std::string_view domain) const {
  switch (kind_) {
    case Kind::kName:
      return domain == value_;
    case Kind::kBelow:
      return domain::is_within(domain, value_);
    case Kind::kAddress:
      return address == value_;
  }
  return false;
}

const Pattern* find_match(const std::vector<Pattern>& patterns,
                          std::string_view address, std::string_view domain) {
  for (const Pattern& pattern : patterns) {
    if (pattern.matches(address, domain)) return &pattern;
  }
  return nullptr;
}

}  // namespace lostletter::guard
