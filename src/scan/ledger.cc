// SPDX-License-Identifier: Apache-2.0
#include "scan/ledger.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/text.h"

namespace lostletter::scan {
namespace {

// A person writes to a few; to more a program does, and corrects nothing.
constexpr std::size_t kMostCorrected = 5;

constexpr Id kStep = Id{1} << 9U;  // to keep within memory

std::uint32_t number_in(Slot slot, std::uint32_t number) {
  return static_cast<std::uint32_t>(slot) + number;
}

}  // namespace

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
  settle();
  if (!goes_on) ++kinds[std::string(archive::name_of(kind))];
  using archive::Kind;
  if (kind == Kind::kMbox || kind == Kind::kMaildir || kind == Kind::kMessage) {
    mailbox_.emplace(names_);
  }
}

void Ledger::end_source(const archive::Counts& counts) {
  settle();
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

void Ledger::letter(const archive::Letter& letter) {
  if (is_outside(letter.at)) {
    ++outside;
    return;
  }
  ++letters;
  recipients += letter.recipients.size();
  const std::uint32_t at = seconds_of(letter.at);
  if (at != 0) {
    first = earlier(first, at);
    last = std::max(last, at);
  }
  if (letter.automatic || letter.sender.empty()) {
    ++automatic;
    return;
  }
  // Whoever looks at logs in parts looks at ends only where they are told.
  const bool may_correct = letter.recipients.size() <= kMostCorrected &&
                           (mailbox_ || letter.is_complete);
  const std::size_t before = notes_.addresses().size();
  notes_.take(letter, may_correct);
  for (std::size_t i = before; i < notes_.addresses().size(); ++i) {
    names_.expect(notes_.addresses()[i].hash);
  }
  if (notes_.is_full()) settle();
}

void Ledger::finish() {
  settle();
  passed_.merge();  // asked for one by one
  slots_.settle();
  relays_.settle();
  corrections_.finish();
}

void Ledger::settle() {
  look_up();
  find_keys();
  for (const Notes::Letter& letter : notes_.letters()) count(letter);
  notes_.clear();
}

void Ledger::look_up() {
  Wanted& addresses = notes_.addresses();
  Wanted& hosts = notes_.hosts();
  for (const Wanted::One& one : hosts) hosts_.expect(one.hash);
  for (const Wanted::One& one : addresses) names_.expect_text(one.hash);
  for (const Wanted::One& one : hosts) hosts_.expect_text(one.hash);
  for (Wanted::One& one : addresses) {
    one.id = names_.intern(addresses.text(one), one.hash);
  }
}

// What the letters are counted under, so that it is at hand when they are.
void Ledger::find_keys() {
  Wanted& addresses = notes_.addresses();
  for (const Notes::Letter& letter : notes_.letters()) {
    const Id from = addresses[letter.from].id;
    if (from == 0) continue;
    const std::uint32_t there = period_.zone.local(letter.at);
    const auto month = number_in(Slot::kMonth, month_of(there));
    const auto hour = number_in(Slot::kHour, hour_of_week(there));
    Id recipient = 0;
    for (std::size_t i = letter.begin; i < letter.end; ++i) {
      Notes::To& to = notes_.all_to()[i];
      const Id id = addresses[to.address].id;
      const Id other = to.is_alias ? recipient : from;
      if (!to.is_alias) recipient = id;
      if (id == 0 || other == 0) continue;
      if (to.host != Notes::kNone) {
        const Wanted::One& host = notes_.hosts()[to.host];
        to.relay = key_of(names_.domain_of(id),
                          hosts_.intern(notes_.hosts().text(host), host.hash));
        relays_.expect(to.relay);
      }
      if (id == other) continue;
      to.pair = key_of(other, id);
      passed_.expect(to.pair);
      if (to.passed.first == 0) continue;
      to.month = key_of(id, month);
      to.hour = key_of(id, hour);
      slots_.expect(to.month);
      slots_.expect(to.hour);
    }
  }
}

void Ledger::count(const Notes::Letter& letter) {
  const Id from = notes_.addresses()[letter.from].id;
  if (from == 0) return skipped("letter whose sender has no domain", 0);
  now_.clear();
  for (std::size_t i = letter.begin; i < letter.end; ++i) {
    count(letter, from, notes_.all_to()[i]);
  }
  note_sides(from, letter.has_login);
}

void Ledger::count(const Notes::Letter& letter, Id from, const Notes::To& to) {
  if (to.pair != 0) passed_[to.pair].add(to.passed);
  if (to.month != 0) ++slots_[to.month];
  if (to.hour != 0) ++slots_[to.hour];
  if (to.is_alias) return;
  const Id id = notes_.addresses()[to.address].id;
  if (id == 0) return skipped("recipient without a domain", 0);
  now_.push_back(names_.domain_of(id));
  if (to.relay != 0) ++relays_[to.relay];
  if (to.is_kept) {
    ++kept_;
    count(by_mailbox_, now_.back());
  }
  if (letter.may_correct && id != from) {
    Corrections& to_whom = mailbox_ ? *mailbox_ : corrections_;
    to_whom.hear({letter.at, from, id, letter.size, to.passed.bounced != 0},
                 letter.ended);
  }
}

std::uint32_t Ledger::count(Id to, Slot slot, std::uint32_t number) const {
  return slots_.of(key_of(to, number_in(slot, number)));
}

void Ledger::count(std::vector<std::uint32_t>& counts, Id domain,
                   std::uint32_t more) {
  if (counts.size() < domain) counts.resize(std::max<Id>(64, 2 * domain));
  counts[domain - 1] += more;
}

void Ledger::add(const Ledger& part) {
  settle();
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

void Ledger::note_sides(Id from, bool has_login) {
  const Id domain = names_.domain_of(from);
  ++side_letters_;
  if (has_login) {
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
