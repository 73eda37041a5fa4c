// SPDX-License-Identifier: Apache-2.0
#include "scan/ledger.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/text.h"

namespace lostletter::scan {
namespace {

using archive::Letter;
using archive::Outcome;
using archive::Recipient;

// A person writes to a few; to more a program does, and corrects nothing.
constexpr std::size_t kMostCorrected = 5;

constexpr Id kStep = Id{1} << 14U;  // to keep within memory

std::uint32_t seconds_of(Seconds time) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(time.time_since_epoch().count(), 0,
                               std::numeric_limits<std::uint32_t>::max()));
}

// "mx.example.org[192.0.2.1]:25": over a network. "local", "dovecot",
// "mail.example.com[private/dovecot-lmtp]": into a mailbox of this host.
bool is_elsewhere(std::string_view relay) {
  const auto open = relay.rfind('[');
  if (open == relay.npos) return false;
  const std::string_view host = relay.substr(open + 1);
  return !host.starts_with('/') && !host.starts_with("private/") &&
         !host.starts_with("127.") && !host.starts_with("::1]");
}

// "mx.example.org[192.0.2.1]:25" is a name; "unknown[192.0.2.1]:25" and
// "[192.0.2.1]:25" are an address.
std::string_view host_of(std::string_view relay) {
  const auto open = relay.rfind('[');
  const std::string_view name = relay.substr(0, open);
  if (!name.empty() && name != "unknown") return name;
  const std::string_view address = relay.substr(open + 1);
  return address.substr(0, address.find(']'));
}

std::uint32_t earlier(std::uint32_t a, std::uint32_t b) {
  return a == 0 || b == 0 ? std::max(a, b) : std::min(a, b);
}

std::uint32_t number_in(Slot slot, std::uint32_t number) {
  return static_cast<std::uint32_t>(slot) + number;
}

}  // namespace

void Passed::add(const Passed& other) {
  letters += other.letters;
  delivered += other.delivered;
  bounced += other.bounced;
  clear += other.clear;
  forwarded += other.forwarded;
  first = earlier(first, other.first);
  last = std::max(last, other.last);
}

std::uint32_t month_of(std::uint32_t seconds) {
  using namespace std::chrono;
  const year_month_day date(floor<days>(Seconds(Duration(seconds))));
  return 12 * static_cast<std::uint32_t>(static_cast<int>(date.year()) - 1970) +
         static_cast<unsigned>(date.month()) - 1;
}

std::uint32_t hour_of_week(std::uint32_t seconds) {
  constexpr std::uint32_t kHoursToThursday = 3 * 24;  // 1970-01-01 was one
  return (seconds / 3600 + kHoursToThursday) % (7 * 24);
}

bool Ledger::is_outside(Seconds at) const {
  return (period_.since && at < *period_.since) ||
         (period_.until && at >= *period_.until);
}

void Ledger::begin_source(archive::Kind kind, bool goes_on) {
  if (!goes_on) ++kinds[std::string(archive::name_of(kind))];
  using archive::Kind;
  if (kind == Kind::kMbox || kind == Kind::kMaildir || kind == Kind::kMessage) {
    mailbox_.emplace(names_);
  }
}

void Ledger::end_source(const archive::Counts& counts) {
  lines += counts.lines;
  if (!mailbox_) return;
  mailbox_->finish();
  corrections_.take(*mailbox_);
  mailbox_.reset();
}

void Ledger::skipped(std::string_view reason, std::uint64_t) {
  const auto found = skips.find(reason);
  if (found != skips.end()) {
    ++found->second;
  } else {
    skips.emplace(reason, 1);
  }
}

void Ledger::letter(const Letter& letter) {
  if (is_outside(letter.at)) {
    ++outside;
    return;
  }
  ++letters;
  recipients += letter.recipients.size();
  Sender sender;
  sender.at = seconds_of(letter.at);
  if (sender.at != 0) {
    first = earlier(first, sender.at);
    last = std::max(last, sender.at);
  }
  if (letter.automatic || letter.sender.empty()) {
    ++automatic;
    return;
  }
  names_.expect(letter.sender);
  for (const Recipient& to : letter.recipients) names_.expect(to.address);
  sender.id = names_.intern(letter.sender);
  if (sender.id == 0) {
    skipped("letter whose sender has no domain", 0);
    return;
  }
  sender.ended = std::max(sender.at, seconds_of(letter.ended));
  sender.size = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(letter.size, 0xffffffffU));
  // Whoever looks at logs in parts looks at ends only where they are told.
  sender.may_correct = letter.recipients.size() <= kMostCorrected &&
                       (mailbox_ || letter.is_complete);
  now_.clear();
  for (const Recipient& to : letter.recipients) recipient(sender, to);
  // Whom the header need not name.
  if (!letter.mailbox.empty() &&
      std::ranges::none_of(letter.recipients, [&](const Recipient& to) {
        return ascii_iequals(to.address, letter.mailbox);
      })) {
    recipient(sender, {.address = letter.mailbox, .name = {}});
  }
  note_sides(letter, sender.id);
}

void Ledger::recipient(const Sender& sender, const Recipient& to) {
  const Id id = names_.intern(to.address);
  if (id == 0) return skipped("recipient without a domain", 0);
  Passed one{.letters = 1, .first = sender.at, .last = sender.at};
  one.delivered = to.outcome == Outcome::kDelivered ? 1 : 0;
  one.bounced = to.outcome == Outcome::kBounced ? 1 : 0;
  const bool elsewhere = is_elsewhere(to.relay);
  one.clear = one.delivered != 0 && elsewhere && !to.over_tls ? 1 : 0;
  now_.push_back(names_.domain_of(id));
  if (one.delivered != 0 && elsewhere) {
    ++relays_[key_of(now_.back(), host(to.relay))];
  }
  if (one.delivered != 0 && !elsewhere && !to.relay.empty()) {
    ++kept_;
    count(by_mailbox_, now_.back());
  }
  if (id != sender.id) pass(sender.id, id, one);
  for (const std::string& text : to.forwarded_to) {
    const Id final = names_.intern(text);
    if (final == 0 || final == id) continue;
    Passed forward = one;
    forward.forwarded = 1;
    pass(id, final, forward);
  }
  if (sender.may_correct && id != sender.id) {
    Corrections& to_whom = mailbox_ ? *mailbox_ : corrections_;
    to_whom.hear({sender.at, sender.id, id, sender.size, one.bounced != 0},
                 sender.ended);
  }
}

Id Ledger::host(std::string_view relay) {
  const std::string_view host = host_of(relay);
  const bool has_upper =
      std::ranges::any_of(host, [](char c) { return c >= 'A' && c <= 'Z'; });
  return has_upper ? hosts_.intern(ascii_lower(host)) : hosts_.intern(host);
}

void Ledger::pass(Id from, Id to, const Passed& one) {
  const auto pair = key_of(from, to);
  passed_.expect(pair);
  if (one.first != 0) {
    const std::uint32_t there = period_.zone.local(one.first);
    const auto month = key_of(to, number_in(Slot::kMonth, month_of(there)));
    const auto hour = key_of(to, number_in(Slot::kHour, hour_of_week(there)));
    slots_.expect(hour);
    ++slots_[month];
    ++slots_[hour];
  }
  passed_[pair].add(one);
}

std::uint32_t Ledger::count(Id to, Slot slot, std::uint32_t number) const {
  const auto* found = slots_.find(key_of(to, number_in(slot, number)));
  return found == nullptr ? 0 : *found;
}

void Ledger::count(std::vector<std::uint32_t>& counts, Id domain,
                   std::uint32_t more) {
  if (counts.size() < domain) counts.resize(std::max<Id>(64, 2 * domain));
  counts[domain - 1] += more;
}

void Ledger::add(const Ledger& part) {
  std::vector<Id> ids(part.names_.size() + 1);
  std::vector<Id> domains(part.names_.domains() + 1);
  for (Id id = 1; id <= part.names_.size(); ++id) {
    if (id % kStep == 0) LargeMemory::relieve();
    if (!part.names_.is_address(id)) continue;
    ids[id] = names_.intern(part.names_.address(id));
    domains[part.names_.domain_of(id)] = names_.domain_of(ids[id]);
  }
  part.passed_.each([&](std::uint64_t key, const Passed& passed) {
    passed_[key_of(ids[high(key)], ids[low(key)])].add(passed);
  });
  part.slots_.each([&](std::uint64_t key, std::uint32_t count) {
    slots_[key_of(ids[high(key)], low(key))] += count;
  });
  std::vector<Id> hosts(part.hosts_.size() + 1);
  for (Id id = 1; id <= part.hosts_.size(); ++id) {
    hosts[id] = hosts_.intern(part.hosts_.at(id));
  }
  part.relays_.each([&](std::uint64_t key, std::uint32_t count) {
    relays_[key_of(domains[high(key)], hosts[low(key)])] += count;
  });
  const auto add_counts = [&](const std::vector<std::uint32_t>& counts,
                              std::vector<std::uint32_t>& to) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] > 0) count(to, domains[i + 1], counts[i]);
    }
  };
  add_counts(part.by_login_, by_login_);
  add_counts(part.by_side_, by_side_);
  add_counts(part.by_mailbox_, by_mailbox_);
  add_corrections(part, ids);
  add_sums(part);
}

void Ledger::add_corrections(const Ledger& part, const std::vector<Id>& ids) {
  auto corrections = part.corrections_.part();
  for (auto& bucket : corrections.buckets) {
    for (Event& event : bucket.events) {
      event.from = ids[event.from];
      event.to = ids[event.to];
    }
  }
  std::map<Correction, Corrected> found;
  for (const auto& [key, one] : corrections.found) {
    found[{ids[key[0]], ids[key[1]], ids[key[2]]}] = one;
  }
  corrections.found = std::move(found);
  corrections_.add(corrections);
}

void Ledger::add_sums(const Ledger& part) {
  lines += part.lines;
  letters += part.letters;
  recipients += part.recipients;
  automatic += part.automatic;
  outside += part.outside;
  contacts += part.contacts;
  side_letters_ += part.side_letters_;
  logins_ += part.logins_;
  kept_ += part.kept_;
  first = earlier(first, part.first);
  last = std::max(last, part.last);
  for (const auto& [reason, count] : part.skips) skips[reason] += count;
  for (const auto& [kind, count] : part.kinds) kinds[kind] += count;
}

void Ledger::note_sides(const Letter& letter, Id from) {
  const Id domain = names_.domain_of(from);
  ++side_letters_;
  if (!letter.login.empty()) {
    ++logins_;
    count(by_login_, domain);
  }
  now_.push_back(domain);
  std::ranges::sort(now_);
  const auto [end, last_one] = std::ranges::unique(now_);
  now_.erase(end, last_one);
  for (const Id side : now_) count(by_side_, side);
}

guard::Sides Ledger::sides() const {
  guard::Sides sides{
      .letters = side_letters_, .logins = logins_, .kept = kept_};
  const auto copy = [this](const std::vector<std::uint32_t>& counts,
                           guard::Sides::Counts& to) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] == 0) continue;
      to.emplace(names_.domain(static_cast<Id>(i + 1)), counts[i]);
    }
  };
  copy(by_login_, sides.by_login);
  copy(by_side_, sides.by_side);
  copy(by_mailbox_, sides.by_mailbox);
  return sides;
}

}  // namespace lostletter::scan
