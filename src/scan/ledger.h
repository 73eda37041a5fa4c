// SPDX-License-Identifier: Apache-2.0
//
// What is remembered of a log in one pass: for each two addresses that a letter
// passed between, how many, what became of them, when; for each recipient the
// months and the hours of the week. Who of them is ours is asked afterwards, so
// that it may be told from all of the log. Letters in any order, and the
// ledgers of parts added up, give the same (but for Corrections, which say what
// they need).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archive/read.h"
#include "base/clock.h"
#include "base/zone.h"
#include "guard/us.h"
#include "scan/corrections.h"
#include "scan/names.h"
#include "scan/notes.h"
#include "scan/passed.h"
#include "scan/tally.h"

namespace lostletter::scan {

// Of whatever letters were addressed to.
enum class Slot : std::uint32_t { kMonth = 0, kHour = 0x1000 };
// Since January 1970, and since Monday 00:00.
std::uint32_t month_of(std::uint32_t seconds);
std::uint32_t hour_of_week(std::uint32_t seconds);

struct Period {
  std::optional<Seconds> since = {};  // letters before are left out
  std::optional<Seconds> until = {};  // letters at or after are left out
  Zone zone = {};                     // of months and hours
};

class Ledger final : public archive::Sink {
 public:
  explicit Ledger(Period period = {},
                  Corrections::Scope scope = Corrections::Scope::kWhole)
      : period_(std::move(period)), corrections_(names_, scope) {}
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // One after the other: begin_source, what the reader gives, end_source.
  // `goes_on`: its beginning was another's.
  void begin_source(archive::Kind kind, bool goes_on = false);
  void letter(const archive::Letter& letter) override;
  void contact(const archive::Contact&) override { ++contacts; }
  void skipped(std::string_view reason, std::uint64_t line) override;
  void end_source(const archive::Counts& counts);
  // Of the letters heard what is public here is counted at once, and what is
  // asked by a function once this, end_source() or finish() was called.
  void settle();
  void finish();

  // Adds a part, of what was written after all that this has heard; of the
  // letters that waited for it, it has heard (archive::Reader::go_on).
  // REQUIRES: the same period; the part is of Scope::kPart.
  void add(const Ledger& part);
  friend class LedgerCoder;

  const Period& period() const { return period_; }
  const Names& names() const { return names_; }
  const Tally<Passed>& passed() const { return passed_; }  // key_of(from, to)
  std::uint32_t count(Id to, Slot slot, std::uint32_t number) const;
  // Calls use(number, count) for each month, or hour, with letters.
  const Tally<std::uint32_t>& slots() const { return slots_; }
  // Letters delivered to a domain, by the host that took them: key_of(domain,
  // its number in hosts()). "mx.example.org", or "192.0.2.1" without a name.
  const Tally<std::uint32_t>& relays() const { return relays_; }
  const Texts& hosts() const { return hosts_; }
  const Corrections& corrections() const { return corrections_; }
  guard::Sides sides() const;

  std::uint64_t lines = 0;
  std::uint64_t letters = 0;
  std::uint64_t recipients = 0;  // of these letters
  std::uint64_t automatic = 0;   // letters of machines, which say nothing
  std::uint64_t outside = 0;     // letters before --since or after --until
  std::uint64_t contacts = 0;
  std::map<std::string, std::uint64_t, std::less<>> skips = {};  // by reason
  std::map<std::string, std::uint64_t, std::less<>> kinds = {};  // of sources
  std::uint32_t first = 0;
  std::uint32_t last = 0;

 private:
  bool is_outside(Seconds at) const;
  void look_up();
  void find_keys();
  void count(const Notes::Letter& letter);
  void count(const Notes::Letter& letter, Id from, const Notes::To& to);
  void note_sides(Id from, bool has_login);
  void add_corrections(const Ledger& part, const std::vector<Id>& ids);
  void add_sums(const Ledger& part);
  void count(std::vector<std::uint32_t>& counts, Id domain,
             std::uint32_t more = 1);

  Period period_;
  Notes notes_;  // not settled
  Names names_;
  Tally<Passed> passed_;
  Tally<std::uint32_t> slots_;  // key_of(to, slot + number)
  Texts hosts_;
  Tally<std::uint32_t> relays_;
  Corrections corrections_;
  // Of a mailbox, whose letters stand in no order and say nothing of their end.
  std::optional<Corrections> mailbox_;
  // By domain, as guard::Sides has them.
  std::uint64_t side_letters_ = 0;
  std::uint64_t logins_ = 0;
  std::uint64_t kept_ = 0;
  std::vector<std::uint32_t> by_login_, by_side_, by_mailbox_;
  std::vector<Id> now_;  // domains of the letter at hand
};

}  // namespace lostletter::scan
