// SPDX-License-Identifier: Apache-2.0
#include "dns/guard_names.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "dns/facts.h"
#include "dns/memory.h"
#include "dns/parking.h"
#include "dns/shelf.h"
#include "store/store.h"

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
  ResolverOptions options;
  Patience patience;
  Remembering remembering;
  std::timed_mutex mutex;
  // Under the mutex. In the order of destruction's reverse: what is under way
  // ends with the resolver, needs the inquirer, and is put on the shelf.
  std::unique_ptr<store::NameFacts> facts;
  std::optional<Shelf> shelf;
  std::optional<NameMemory> memory;
  std::unique_ptr<Inquirer> inquirer;
  std::unique_ptr<Resolver> resolver;
  Clock::time_point rests_until{};
  bool ready = false;

  // Opened when they are needed: a guard that is still root opens nothing.
  void remember() {
    if (std::exchange(ready, true) || remembering.directory.empty()) return;
    auto opened =
        store::open_sqlite_names(remembering.directory, remembering.access);
    if (!opened) {
      log_event(Event::kStoreFailed, {{"error", opened.error().message}});
      return;
    }
    facts = std::move(*opened);
    shelf.emplace(*facts, system_clock());
    memory.emplace(*facts, system_clock());
    resolver->use(&*shelf);
  }

  std::optional<Facts> inquire(const std::string& domain,
                               Clock::time_point until);
};

GuardNames::GuardNames(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

GuardNames::~GuardNames() { impl_->resolver.reset(); }

Result<std::unique_ptr<GuardNames>> GuardNames::open(ResolverOptions options,
                                                     Patience patience,
                                                     Remembering remembering) {
  auto resolver = Resolver::open(std::move(options));
  if (!resolver) return std::unexpected(resolver.error());
  auto impl = std::make_unique<Impl>();
  impl->inquirer = std::make_unique<Inquirer>(**resolver, kInquiry);
  impl->resolver = std::move(*resolver);
  impl->patience = patience;
  impl->remembering = std::move(remembering);
  return std::unique_ptr<GuardNames>(new GuardNames(std::move(impl)));
}

std::optional<Facts> GuardNames::Impl::inquire(const std::string& domain,
                                               Clock::time_point until) {
  resolver->turn(std::chrono::milliseconds(0));
  if (inquirer->pending() >= kMostPending) return std::nullopt;
  const auto found = std::make_shared<std::optional<Facts>>();
  inquirer->ask(domain, [found](Facts&& told) { *found = std::move(told); });
  const bool rests = Clock::now() < rests_until;
  while (!*found && !rests && Clock::now() < until) {
    resolver->turn(
        std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()));
  }
  if (*found) {
    rests_until = {};
  } else if (!rests) {
    rests_until = Clock::now() + patience.rest;
  }
  return std::move(*found);
}

std::optional<guard::NameFacts> GuardNames::ask(const std::string& domain) {
  return ask_about({.domain = domain});
}

std::optional<guard::NameFacts> GuardNames::ask_about(
    const guard::NameQuestion& question) {
  Impl& with = *impl_;
  const auto until = Clock::now() + with.patience.of_one;
  const std::unique_lock lock(with.mutex, until);
  if (!lock.owns_lock()) return std::nullopt;
  with.remember();
  const auto found = with.inquire(question.domain, until);
  if (!found) return std::nullopt;
  guard::NameFacts told = to_guard(*found);
  if (!with.memory) return told;
  try {
    with.memory->consider(question, *found, told);
  } catch (const store::StoreError& trouble) {
    // What is remembered is a help, never a condition.
    log_event(Event::kStoreFailed, {{"error", trouble.what()}});
  }
  return told;
}

}  // namespace lostletter::dns
