// SPDX-License-Identifier: Apache-2.0
#include "guard/us.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "lookalike/person_prior.h"
#include "mail/address.h"

namespace lostletter::guard {
namespace {

// One of several domains of ours sends at least this part of what is sent with
// a login; less may be private addresses that people send from. The same of
// mailboxes.
constexpr double kPartOfOurs = 0.1;
// In one's own mail, one side of nearly every letter is ours.
constexpr double kPartOfSides = 0.6;

std::string domain_of(std::string_view address) {
  const auto at = mail::find_domain(address);
  return at ? ascii_lower(address.substr(*at)) : "";
}

std::string say_which(std::string_view why) {
  return fmt::format(
      "cannot tell which domains are ours: {}; say so with --us DOMAIN", why);
}

double part(std::uint64_t some, std::uint64_t all) {
  return static_cast<double>(some) / static_cast<double>(all);
}

void add_ours(const Sides::Counts& counts, std::uint64_t all,
              std::vector<std::string>& domains) {
  for (const auto& [domain, count] : counts) {
    if (part(count, all) >= kPartOfOurs &&
        !lookalike::is_mail_provider(domain) &&
        std::ranges::find(domains, domain) == domains.end()) {
      domains.push_back(domain);
    }
  }
}

}  // namespace

Result<Us> Us::parse(const std::vector<std::string>& entries) {
  Us us;
  for (const std::string& entry : entries) {
    auto pattern = Pattern::parse(entry);
    if (!pattern) return std::unexpected(pattern.error());
    us.patterns_.push_back(std::move(*pattern));
  }
  return us;
}

bool Us::has(std::string_view address) const {
  const std::string lower = ascii_lower(address);
  return find_match(patterns_, lower, domain_of(lower)) != nullptr;
}

Result<Guess> guess_us(const Sides& sides) {
  if (sides.letters == 0) return fail(say_which("no letter has a sender"));
  Guess guess;
  add_ours(sides.by_login, sides.logins, guess.domains);
  if (!guess.domains.empty()) {
    guess.reason = fmt::format(
        "of {} letters sent with a login, most are from there", sides.logins);
    return guess;
  }
  add_ours(sides.by_mailbox, sides.kept, guess.domains);
  if (!guess.domains.empty()) {
    guess.reason =
        fmt::format("of {} letters put into mailboxes here, most are for there",
                    sides.kept);
    return guess;
  }
  const auto most = std::ranges::max_element(
      sides.by_side, {}, [](const auto& one) { return one.second; });
  const bool none = most == sides.by_side.end();
  if (none || part(most->second, sides.letters) < kPartOfSides) {
    return fail(say_which(fmt::format(
        "of {} letters, {} have {} on one side, more than any other domain",
        sides.letters, none ? 0 : most->second,
        none ? "none" : printable(most->first, 100))));
  }
  if (lookalike::is_mail_provider(most->first)) {
    return fail(fmt::format(
        "most letters have {} on one side, which is everybody's; say with --us "
        "which addresses there are ours",
        printable(most->first, 100)));
  }
  guess.domains = {most->first};
  guess.reason = fmt::format("{} of {} letters are from or to there",
                             most->second, sides.letters);
  return guess;
}

}  // namespace lostletter::guard
