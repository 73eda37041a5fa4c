// SPDX-License-Identifier: Apache-2.0
#include "mail/address.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "mail/literal.h"
#include "mail/local_part.h"

namespace lostletter::mail {
namespace {

// A path may have 256 octets, two of them its brackets (RFC 5321 4.5.3.1.3).
constexpr std::size_t kMostAddress = 254;

std::optional<std::string> refuse_length(std::size_t octets,
                                         std::string_view how) {
  if (octets <= kMostAddress) return std::nullopt;
  return "address is " + std::to_string(octets) + " octets long" +
         std::string(how) + "; 254 is the limit (RFC 5321 4.5.3.1.3)";
}

// Also the dots that UTS 46 maps to '.'.
bool ends_with_dot(std::string_view domain) {
  return domain.ends_with('.') || domain.ends_with("\u3002") ||
         domain.ends_with("\uFF0E") || domain.ends_with("\uFF61");
}

std::string shown(std::string_view domain) {
  return "domain '" + printable(domain, 80) + "'";
}

}  // namespace

// Offsets in the error count from the domain's first byte, so it is shown.
Result<domain::Name> parse_domain(std::string_view text) {
  if (text.empty()) return fail("address has no domain");
  // Name::parse drops the root's dot; RFC 5321 4.1.2 has no place for it.
  if (ends_with_dot(text)) {
    return fail(shown(text) +
                " ends with a dot; leave it out (RFC 5321 4.1.2)");
  }
  auto name = domain::Name::parse(text);
  if (!name) return fail(shown(text) + ": " + name.error().message);
  return name;
}

bool is_address(std::string_view local_part, std::string_view domain,
                std::string_view ascii) {
  return local_part.size() + 1 + std::max(domain.size(), ascii.size()) <=
             kMostAddress &&
         !refuse_local_part(local_part);
}

Result<Address> Address::parse(std::string_view text) {
  if (text.empty()) return fail("address is empty");
  const auto begin = find_domain(text);
  if (!begin) return fail("address has no '@'");

  const auto local_part = text.substr(0, *begin - 1);
  if (auto why = refuse_local_part(local_part)) return fail(std::move(*why));
  if (auto why = refuse_length(text.size(), "")) return fail(std::move(*why));

  const auto right = text.substr(*begin);
  if (right.starts_with('[')) {
    auto literal = parse_literal(right, *begin);
    if (!literal) return std::unexpected(std::move(literal.error()));
    return Address(std::string(local_part), std::move(*literal), std::nullopt);
  }
  auto name = parse_domain(right);
  if (!name) return std::unexpected(std::move(name.error()));
  // A-labels may be longer than the UTF-8 they stand for.
  const auto octets = local_part.size() + 1 + name->ascii().size();
  if (auto why = refuse_length(octets, " in A-labels")) {
    return fail(std::move(*why));
  }
  std::string ascii = name->ascii();
  return Address(std::string(local_part), std::move(ascii), std::move(*name));
}

std::string Address::unquoted_local_part() const {
  return unquote(local_part_);
}

Address::Address(std::string local_part, std::string domain,
                 std::optional<domain::Name> name)
    : local_part_(std::move(local_part)),
      domain_(std::move(domain)),
      name_(std::move(name)) {}

std::optional<std::size_t> find_domain(std::string_view text) {
  if (!text.contains('"')) {
    const auto at = text.rfind('@');
    return at == text.npos ? std::nullopt : std::optional(at + 1);
  }
  std::optional<std::size_t> begin;
  bool quotes = true;  // until one is never closed: the rest has none then
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '@') begin = i + 1;
    if (text[i] != '"' || !quotes) continue;
    std::size_t close = i + 1;
    while (close < text.size() && text[close] != '"') {
      close += text[close] == '\\' ? 2 : 1;
    }
    quotes = close < text.size();
    if (quotes) i = close;
  }
  return begin;
}

}  // namespace lostletter::mail
