// SPDX-License-Identifier: Apache-2.0
#include "dns/guard_names.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "dns/facts.h"
#include "dns/parking.h"

namespace lostletter::dns {
namespace {

using Clock = std::chrono::steady_clock;

// Inquiries that nobody waits for any more, and that are still under way.
constexpr std::size_t kMostPending = 1000;

// A host inside has a private address, and the guard is inside too.
constexpr Inquiry kInquiry = {.private_is_reachable = true};

std::string parking_host(const Facts& facts) {
  for (const Exchanger& one : facts.exchangers) {
    if (is_parking_host(one.host)) return one.host;
  }
  for (const std::string& server : facts.name_servers) {
    if (is_parking_host(server)) return server;
  }
  return "";
}

guard::NameFacts to_guard(const Facts& facts) {
  guard::NameFacts told;
  switch (facts.service) {
    case MailService::kNone:
      told.mail = facts.exists == Known::kNo ? guard::Mail::kNoSuchName
                                             : guard::Mail::kNoService;
      break;
    case MailService::kNull:
      told.mail = guard::Mail::kNull;
      break;
    case MailService::kUnknown:
      break;
    case MailService::kMx:
    case MailService::kImplicit:
      // Mail hosts that cannot be found now may be found tomorrow: letters to
      // them wait in queues (RFC 5321 5.1), and are not lost.
      told.mail = facts.accepts() == Known::kYes ? guard::Mail::kTaken
                                                 : guard::Mail::kUnknown;
      told.parked_at = parking_host(facts);
      if (!facts.wildcards.empty()) told.wildcard = facts.wildcards.front();
  }
  return told;
}

}  // namespace

struct GuardNames::Impl {
  std::unique_ptr<Resolver> resolver;
  std::unique_ptr<Inquirer> inquirer;
  Patience patience;
  std::timed_mutex mutex;
  Clock::time_point rests_until{};  // under the mutex, like all before
};

GuardNames::GuardNames(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

// Inquiries under way end with the resolver, and need the inquirer for it.
GuardNames::~GuardNames() { impl_->resolver.reset(); }

Result<std::unique_ptr<GuardNames>> GuardNames::open(ResolverOptions options,
                                                     Patience patience) {
  auto resolver = Resolver::open(std::move(options));
  if (!resolver) return std::unexpected(resolver.error());
  auto impl = std::make_unique<Impl>();
  impl->inquirer = std::make_unique<Inquirer>(**resolver, kInquiry);
  impl->resolver = std::move(*resolver);
  impl->patience = patience;
  return std::unique_ptr<GuardNames>(new GuardNames(std::move(impl)));
}

std::optional<guard::NameFacts> GuardNames::ask(const std::string& domain) {
  Impl& with = *impl_;
  const auto until = Clock::now() + with.patience.of_one;
  const std::unique_lock lock(with.mutex, until);
  if (!lock.owns_lock()) return std::nullopt;
  with.resolver->turn(std::chrono::milliseconds(0));
  if (with.inquirer->pending() >= kMostPending) return std::nullopt;
  const auto found = std::make_shared<std::optional<Facts>>();
  with.inquirer->ask(domain,
                     [found](Facts&& facts) { *found = std::move(facts); });
  const bool rests = Clock::now() < with.rests_until;
  while (!*found && !rests && Clock::now() < until) {
    with.resolver->turn(
        std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()));
  }
  if (*found) {
    with.rests_until = {};
    return to_guard(**found);
  }
  if (!rests) with.rests_until = Clock::now() + with.patience.rest;
  return std::nullopt;
}

}  // namespace lostletter::dns
