// SPDX-License-Identifier: Apache-2.0
#include "learning/us.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "lookalike/person_prior.h"
#include "mail/address.h"

namespace lostletter::learning {
namespace {

// One of several domains of ours sends at least this part of what is sent with
// a login; less may be private addresses that people send from.
constexpr double kPartOfLogins = 0.1;
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

}  // namespace

Result<Us> Us::parse(const std::vector<std::string>& entries) {
  Us us;
  for (const std::string& entry : entries) {
    auto pattern = guard::Pattern::parse(entry);
    if (!pattern) return std::unexpected(pattern.error());
    us.patterns_.push_back(std::move(*pattern));
  }
  return us;
}

bool Us::has(std::string_view address) const {
  const std::string lower = ascii_lower(address);
  return guard::find_match(patterns_, lower, domain_of(lower)) != nullptr;
}

void Guesser::hear(const archive::Letter& letter) {
  if (letter.sender.empty() || letter.automatic) return;
  ++letters_;
  const std::string from = domain_of(letter.sender);
  if (!letter.login.empty() && !from.empty()) {
    ++logins_;
    ++by_login_[from];
  }
  std::set<std::string> sides = {from};
  for (const archive::Recipient& to : letter.recipients) {
    sides.insert(domain_of(to.address));
  }
  for (const std::string& side : sides) {
    if (!side.empty()) ++by_side_[side];
  }
}

Result<Guess> Guesser::guess() const {
  if (letters_ == 0) return fail(say_which("no letter has a sender"));
  Guess guess;
  for (const auto& [domain, count] : by_login_) {
    if (part(count, logins_) >= kPartOfLogins &&
        !lookalike::is_mail_provider(domain)) {
      guess.domains.push_back(domain);
    }
  }
  if (!guess.domains.empty()) {
    guess.reason = fmt::format(
        "of {} letters sent with a login, most are from there", logins_);
    return guess;
  }
  const auto most = std::ranges::max_element(
      by_side_, {}, [](const auto& one) { return one.second; });
  if (most == by_side_.end() || part(most->second, letters_) < kPartOfSides) {
    return fail(say_which(fmt::format(
        "of {} letters, {} have {} on one side, more than any other domain",
        letters_, most == by_side_.end() ? 0 : most->second,
        most == by_side_.end() ? "none" : printable(most->first, 100))));
  }
  if (lookalike::is_mail_provider(most->first)) {
    return fail(fmt::format(
        "most letters have {} on one side, which is everybody's; say with --us "
        "which addresses there are ours",
        printable(most->first, 100)));
  }
  guess.domains = {most->first};
  guess.reason = fmt::format("{} of {} letters are from or to there",
                             most->second, letters_);
  return guess;
}

}  // namespace lostletter::learning
