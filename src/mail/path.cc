// SPDX-License-Identifier: Apache-2.0
//
// Paths (RFC 5321 4.1.2): what MTAs take behind MAIL FROM: and RCPT TO:. A
// little wider than the grammar where Postfix is, because what the MTA would
// deliver must be judged: no brackets, space around the path, a dot after the
// domain.
#include <utility>

#include "base/text.h"
#include "mail/address.h"

namespace lostletter::mail {
namespace {

constexpr std::size_t kMostPath = 256;

// Not base's trim: a line end is no part of a path.
std::string_view trim_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// "<...>" or bare -> what is between. Space and tab around are no part of it.
Result<std::string_view> remove_brackets(std::string_view text) {
  text = trim_blanks(text);
  if (text.empty()) return fail("path is empty; the null path is <>");
  if (text.size() > kMostPath) {
    return fail("path is " + std::to_string(text.size()) +
                " octets long; 256 is the limit (RFC 5321 4.5.3.1.3)");
  }
  if (!text.starts_with('<')) return text;
  if (!text.ends_with('>')) {
    return fail("path begins with '<' and does not end with '>'");
  }
  return trim_blanks(text.substr(1, text.size() - 2));
}

// "@a.example,@b.example:ann@example.com" -> "ann@example.com". A relay must
// ignore the route (RFC 5321 appendix C), and so do we; it must still be one.
Result<std::string_view> remove_route(std::string_view text) {
  if (!text.starts_with('@')) return text;
  // A colon inside an IPv6 literal of the route does not end it.
  std::size_t colon = 0;
  bool literal = false;
  for (; colon < text.size() && (literal || text[colon] != ':'); ++colon) {
    if (text[colon] == '[') literal = true;
    if (text[colon] == ']') literal = false;
  }
  if (colon == text.size()) return text;  // Address says: no local-part
  for (const std::string_view hop : split(text.substr(0, colon), ',')) {
    // Any local-part will do: only the domain is in question.
    const auto host = Address::parse("x" + std::string(trim_blanks(hop)));
    if (!trim_blanks(hop).starts_with('@') || !host) {
      return fail("source route has '" + printable(hop, 60) +
                  "' where '@' and a domain should stand");
    }
  }
  return trim_blanks(text.substr(colon + 1));
}

// One dot after the domain, which Postfix strips; two are two mistakes.
std::string_view remove_root(std::string_view text) {
  if (text.ends_with('.') && !text.ends_with("..") && !text.ends_with("@.")) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

Result<Path> parse_path(std::string_view text) {
  const auto inner = remove_brackets(text);
  if (!inner) return std::unexpected(inner.error());
  if (inner->empty()) return Path{.address = {}, .is_null = true};
  if (ascii_iequals(*inner, "postmaster")) {
    return Path{.address = {}, .is_postmaster = true};
  }
  const auto mailbox = remove_route(*inner);
  if (!mailbox) return std::unexpected(mailbox.error());
  auto address = Address::parse(remove_root(*mailbox));
  if (!address) return std::unexpected(std::move(address.error()));
  return Path{.address = std::move(*address)};
}

}  // namespace lostletter::mail
