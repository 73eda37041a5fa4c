// SPDX-License-Identifier: Apache-2.0
//
// Names come first, then numbers mean them.
#include "scan/ledger_coder.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace lostletter::scan {
namespace {

constexpr std::string_view kDamaged =
    "is damaged: copy it again, or run its scan again";

using Counts = std::map<std::string, std::uint64_t, std::less<>>;

void write(Encoder& out, const Passed& passed) {
  for (const auto value :
       {passed.letters, passed.delivered, passed.bounced, passed.clear,
        passed.forwarded, passed.first, passed.last}) {
    out.number(value);
  }
}
Passed read_passed(Decoder& in) {
  Passed passed;
  for (auto* value :
       {&passed.letters, &passed.delivered, &passed.bounced, &passed.clear,
        &passed.forwarded, &passed.first, &passed.last}) {
    *value = in.small();
  }
  return passed;
}

void write(Encoder& out, const Counts& counts) {
  out.number(counts.size());
  for (const auto& [name, count] : counts) {
    out.text(name);
    out.number(count);
  }
}
void read(Decoder& in, Counts& counts) {
  for (auto n = in.count(); n > 0 && in.is_good(); --n) {
    const auto name = in.text();
    counts[name] += in.number();
  }
}

void write(Encoder& out, const std::vector<std::uint32_t>& counts) {
  out.number(counts.size());
  for (const auto count : counts) out.number(count);
}
void read(Decoder& in, std::vector<std::uint32_t>& counts, std::size_t most) {
  for (auto n = in.count(); n > 0 && in.is_good(); --n) {
    counts.push_back(in.small());
    // Room beyond the last domain is none's.
    if (counts.size() > most && counts.back() != 0) {
      counts.clear();
      in = Decoder({});
      in.number();
    }
  }
}

void write(Encoder& out, const Corrected& one) {
  for (const auto value : {one.letters, one.bounced, one.first, one.last}) {
    out.number(value);
  }
}
Corrected read_corrected(Decoder& in) {
  Corrected one;
  for (auto* value : {&one.letters, &one.bounced, &one.first, &one.last}) {
    *value = in.small();
  }
  return one;
}

void write(Encoder& out, const Corrections::Part& part) {
  out.number(part.begin);
  out.number(part.clock);
  out.number(part.epochs);
  out.number(part.buckets.size());
  for (const auto& bucket : part.buckets) {
    out.number(bucket.epoch);
    out.number(bucket.number);
    out.number(bucket.is_done ? 1 : 0);
    out.number(bucket.events.size());
    for (const Event& event : bucket.events) {
      for (const auto value : {event.at, event.from, event.to, event.size,
                               event.bounced ? 1U : 0U}) {
        out.number(value);
      }
    }
  }
  out.number(part.found.size());
  for (const auto& [key, one] : part.found) {
    for (const Id id : key) out.number(id);
    write(out, one);
  }
}

// Numbers of addresses that are none end the reading.
class Ids {
 public:
  explicit Ids(const Names& names) : names_(&names) {}
  Id read(Decoder& in) const {
    const Id id = in.small();
    if (id == 0 || id > names_->size() || !names_->is_address(id)) {
      in = Decoder({});
      in.number();
      return 0;
    }
    return id;
  }

 private:
  const Names* names_;
};

Corrections::Part read_part(Decoder& in, const Ids& ids) {
  Corrections::Part part;
  part.begin = in.small();
  part.clock = in.small();
  part.epochs = in.small();
  for (auto n = in.count(); n > 0 && in.is_good(); --n) {
    auto& bucket = part.buckets.emplace_back();
    bucket.epoch = in.small();
    bucket.number = in.small();
    bucket.is_done = in.number() != 0;
    for (auto events = in.count(); events > 0 && in.is_good(); --events) {
      Event event;
      event.at = in.small();
      event.from = ids.read(in);
      event.to = ids.read(in);
      event.size = in.small();
      event.bounced = in.number() != 0;
      bucket.events.push_back(event);
    }
  }
  for (auto n = in.count(); n > 0 && in.is_good(); --n) {
    Correction key{};
    for (Id& id : key) id = ids.read(in);
    part.found[key] = read_corrected(in);
  }
  return part;
}

std::uint64_t number_of(const std::optional<Seconds>& time) {
  return time ? static_cast<std::uint64_t>(time->time_since_epoch().count()) + 1
              : 0;
}

}  // namespace

void LedgerCoder::write(Encoder& out, const Ledger& ledger) {
  const Names& names = ledger.names_;
  out.number(number_of(ledger.period_.since));
  out.number(number_of(ledger.period_.until));
  out.text(ledger.period_.zone.name());
  out.number(names.size());
  for (Id id = 1; id <= names.size(); ++id) out.text(names.text(id));
  out.number(ledger.passed_.size());
  ledger.passed_.each([&](std::uint64_t key, const Passed& passed) {
    out.number(high(key));
    out.number(low(key));
    scan::write(out, passed);
  });
  out.number(ledger.slots_.size());
  ledger.slots_.each([&](std::uint64_t key, std::uint32_t count) {
    out.number(high(key));
    out.number(low(key));
    out.number(count);
  });
  out.number(ledger.hosts_.size());
  for (Id id = 1; id <= ledger.hosts_.size(); ++id) {
    out.text(ledger.hosts_.at(id));
  }
  out.number(ledger.relays_.size());
  ledger.relays_.each([&](std::uint64_t key, std::uint32_t count) {
    out.number(high(key));
    out.number(low(key));
    out.number(count);
  });
  scan::write(out, ledger.corrections_.part());
  for (const auto count :
       {ledger.lines, ledger.letters, ledger.recipients, ledger.automatic,
        ledger.outside, ledger.contacts, ledger.side_letters_, ledger.logins_,
        ledger.kept_, std::uint64_t{ledger.first},
        std::uint64_t{ledger.last}}) {
    out.number(count);
  }
  scan::write(out, ledger.skips);
  scan::write(out, ledger.kinds);
  for (const auto* counts :
       {&ledger.by_login_, &ledger.by_side_, &ledger.by_mailbox_}) {
    scan::write(out, *counts);
  }
}

Result<void> LedgerCoder::read(Decoder& in, Ledger& ledger) {
  if (in.number() != number_of(ledger.period_.since) ||
      in.number() != number_of(ledger.period_.until)) {
    return fail("was made with another --since or --until");
  }
  // Its months and hours are those of its zone.
  if (in.text() != ledger.period_.zone.name()) {
    return fail("was made with another --time-zone");
  }
  Names& names = ledger.names_;
  // In the order of their numbers, so that they get these again. Some come with
  // the one before them: as an address is written, and as it is meant.
  const auto texts = in.count();
  for (Id id = 1; id <= texts && in.is_good(); ++id) {
    const std::string text = in.text();
    if (names.size() < id) names.intern(text);
    if (names.size() < id || names.text(id) != text) {
      return fail(std::string(kDamaged));
    }
  }
  const Ids ids(names);
  for (auto n = in.count(); n > 0 && in.is_good(); --n) {
    const Id from = ids.read(in);
    const Id to = ids.read(in);
    const Passed passed = read_passed(in);
    if (in.is_good()) ledger.passed_[key_of(from, to)].add(passed);
  }
  for (auto n = in.count(); n > 0 && in.is_good(); --n) {
    const Id to = ids.read(in);
    const auto number = in.small();
    const auto count = in.small();
    if (in.is_good()) ledger.slots_[key_of(to, number)] += count;
  }
  const auto hosts = in.count();
  for (Id id = 1; id <= hosts && in.is_good(); ++id) {
    if (ledger.hosts_.intern(in.text()) != id) {
      return fail(std::string(kDamaged));
    }
  }
  for (auto n = in.count(); n > 0 && in.is_good(); --n) {
    const auto domain = in.small();
    const auto host = in.small();
    const auto count = in.small();
    if (!in.is_good()) break;
    if (domain == 0 || domain > names.domains() || host == 0 || host > hosts) {
      return fail(std::string(kDamaged));
    }
    ledger.relays_[key_of(domain, host)] += count;
  }
  const auto part = read_part(in, ids);
  for (auto* count : {&ledger.lines, &ledger.letters, &ledger.recipients,
                      &ledger.automatic, &ledger.outside, &ledger.contacts,
                      &ledger.side_letters_, &ledger.logins_, &ledger.kept_}) {
    *count = in.number();
  }
  ledger.first = in.small();
  ledger.last = in.small();
  scan::read(in, ledger.skips);
  scan::read(in, ledger.kinds);
  for (auto* counts :
       {&ledger.by_login_, &ledger.by_side_, &ledger.by_mailbox_}) {
    scan::read(in, *counts, names.domains());
  }
  if (!in.is_good()) return fail(std::string(kDamaged));
  ledger.corrections_.set(part);
  return {};
}

}  // namespace lostletter::scan
