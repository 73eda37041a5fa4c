// SPDX-License-Identifier: Apache-2.0
//
// Mail addresses as they stand in an SMTP envelope (RFC 5321 4.1.2, with RFC
// 6531's UTF-8). Valid by construction; an Error names the offending byte and
// its offset: from 0, and in a domain from the domain's first byte, which the
// message shows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/name.h"

namespace lostletter::mail {

// local-part@domain or local-part@[address-literal]. The local-part keeps its
// bytes, because only the receiving host may interpret it.
class Address {
 public:
  // A Mailbox, without angle brackets. Strict: no comments, no source route, no
  // trailing dot, no bare local-part, at most 64 octets before the '@' and 254
  // in all.
  static Result<Address> parse(std::string_view text);

  // As written, quotes and backslashes included: "a b".
  const std::string& local_part() const { return local_part_; }
  // Quotes and backslashes removed: a b.
  std::string unquoted_local_part() const;

  // The domain name, or nothing when it is an address literal.
  const std::optional<domain::Name>& name() const { return name_; }
  bool is_literal() const { return !name_.has_value(); }
  // Lower-case A-labels, or the literal with its brackets: [192.0.2.1].
  const std::string& domain() const { return domain_; }

  // local-part@domain(). What we compare, store and log by.
  std::string to_string() const { return local_part_ + '@' + domain_; }

  bool operator==(const Address& other) const {
    return local_part_ == other.local_part_ && domain_ == other.domain_;
  }

 private:
  Address(std::string local_part, std::string domain,
          std::optional<domain::Name> name);

  std::string local_part_;
  std::string domain_;
  std::optional<domain::Name> name_;
};

// Where in `text` the domain begins: after the last '@' that is not inside
// quotes. Nothing when there is none. For text that Address::parse refuses and
// that may still resemble something: "ann@gmail,com".
std::optional<std::size_t> find_domain(std::string_view text);

// The name behind the '@', as an address may have it; the error shows it.
Result<domain::Name> parse_domain(std::string_view text);

// What Address::parse(local_part@domain) would say of an address whose domain
// is read already, without building one: many have the same domain. REQUIRES:
// `ascii` is that of parse_domain(domain), and `domain` is all that
// find_domain finds.
bool is_address(std::string_view local_part, std::string_view domain,
                std::string_view ascii);

// A path as it stands behind MAIL FROM: or RCPT TO: (RFC 5321 4.1.2, 3.3 and
// appendix C): with or without angle brackets, a source route is dropped.
struct Path {
  // Nothing for the null reverse-path "<>" and for "<postmaster>".
  std::optional<Address> address;
  bool is_null = false;        // <>
  bool is_postmaster = false;  // <postmaster>, any case, without a domain
};
Result<Path> parse_path(std::string_view text);

}  // namespace lostletter::mail
