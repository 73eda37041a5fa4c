// SPDX-License-Identifier: Apache-2.0
#include "gate/submission.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "domain/name.h"
#include "mail/address.h"

namespace lostletter::gate {
namespace {

// Keys are rows of a database: nobody's megabyte becomes one.
constexpr std::size_t kMostKey = 1000;

std::string shortened(std::string text) {
  if (text.size() > kMostKey) text.resize(kMostKey);
  return text;
}

std::optional<mail::Address> address_of(std::string_view path) {
  auto parsed = mail::parse_path(path);
  if (!parsed) return std::nullopt;
  return std::move(parsed->address);
}

std::string as_text(const std::optional<mail::Address>& address,
                    std::string_view path) {
  return address ? address->to_string() : std::string(without_brackets(path));
}

}  // namespace

std::string_view without_brackets(std::string_view path) {
  path = trim(path);
  if (path.size() >= 2 && path.starts_with('<') && path.ends_with('>')) {
    path = path.substr(1, path.size() - 2);
  }
  return path;
}

std::string submitter_key(std::string_view login, std::string_view client,
                          std::string_view reverse_path) {
  if (!login.empty()) return shortened("login:" + std::string(login));
  return shortened("client:" + std::string(client) + '/' +
                   as_text(address_of(reverse_path), reverse_path));
}

bool is_leaving(std::string_view login, const milter::Connect& client,
                const net::Networks& inside, Traffic traffic) {
  if (!login.empty() || traffic == Traffic::kLocal) return true;
  if (client.family != '4' && client.family != '6') return false;
  return inside.contains(client.address);
}

OwnDomains::OwnDomains(const std::vector<std::string>& entries) {
  for (std::string_view entry : entries) {
    const bool under = entry.starts_with("*.");
    if (under) entry.remove_prefix(2);
    const auto name = domain::Name::parse(entry);
    // A literal ("[192.0.2.1]") is compared as it stands.
    (under ? parents_ : names_)
        .push_back(name ? name->ascii() : ascii_lower(entry));
  }
}

bool OwnDomains::contains(std::string_view domain) const {
  return std::ranges::find(names_, domain) != names_.end() ||
         std::ranges::any_of(parents_, [&](const std::string& parent) {
           return domain::is_within(domain, parent);
         });
}

Recipient read_recipient(std::string_view forward_path,
                         std::string_view resolved, const OwnDomains& ours) {
  const auto parsed = mail::parse_path(forward_path);
  const auto typed = parsed ? parsed->address : std::nullopt;
  // Sendmail resolves what it delivers itself to a bare user's name.
  if (typed && !mail::find_domain(resolved)) resolved = {};
  const auto delivered = resolved.empty() ? typed : address_of(resolved);
  const std::string typed_text = as_text(typed, forward_path);
  const std::string delivered_text =
      resolved.empty() ? typed_text : as_text(delivered, resolved);

  Recipient recipient;
  recipient.key = shortened(ascii_lower(delivered_text));
  recipient.exempt = (parsed && parsed->is_postmaster) ||
                     (delivered && ours.contains(delivered->domain()));
  if (ascii_iequals(typed_text, delivered_text)) {
    recipient.addresses = {typed_text};
    if (typed_text != delivered_text) recipient.other_case = delivered_text;
    return recipient;
  }
  recipient.addresses = {delivered_text};
  // An address of ours that resolves to somebody else: only the latter counts.
  if (typed && ours.contains(typed->domain())) return recipient;
  recipient.addresses.push_back(typed_text);
  return recipient;
}

}  // namespace lostletter::gate
