// SPDX-License-Identifier: Apache-2.0
//
// What was lost, seen from several sides, for those who must decide: when, by
// which unit, for which names, to which names, and what to mend first.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scan/repair.h"
#include "scan/units.h"

namespace lostletter::scan {

struct Finding;
struct Summary;

// Of letters to wrong names: those from, for, or to one.
struct Share {
  std::string name;
  std::string note = {};  // of a wrong name: for which it was typed
  std::string mail = {};  // of a wrong name: who runs its mail, if told
  std::uint64_t letters = 0;
  std::uint64_t delivered = 0;
  std::uint64_t clear = 0;
  std::uint64_t bounced = 0;
  std::uint32_t people = 0;  // of ours who wrote them

  bool operator==(const Share&) const = default;
};

struct Year {
  std::uint32_t year = 0;
  std::uint64_t letters = 0;
  std::uint32_t days = 0;  // of it that the logs have

  double per_day() const {
    return days == 0 ? 0 : static_cast<double>(letters) / days;
  }
  bool operator==(const Year&) const = default;
};

struct Month {
  std::uint64_t all = 0;
  std::uint64_t standing = 0;  // of standing leaks

  bool operator==(const Month&) const = default;
};

struct Stream {
  std::string unit;
  std::string wrong;
  std::uint64_t letters = 0;
  std::uint32_t people = 0;

  bool operator==(const Stream&) const = default;
};

// One thing to do, and what it would have stopped.
struct Step {
  RepairKind kind{};
  std::string text;
  std::uint64_t letters = 0;
  std::uint64_t lately = 0;  // of the last twelve months of the logs

  bool operator==(const Step&) const = default;
};

// Of standing leaks and misdirected letters; everything most first.
struct Leakage {
  std::vector<Year> years = {};
  std::map<std::uint32_t, Month> months = {};  // month_of()
  std::array<std::uint64_t, 168> hours = {};   // hour_of_week()
  std::vector<Share> units = {};
  std::vector<Share> intended = {};  // names meant
  std::vector<Share> wrong = {};     // names written to
  std::vector<Share> senders = {};   // people of ours
  std::vector<Share> missed = {};    // people who did not get their letters
  std::vector<Stream> streams = {};
  std::vector<Step> steps = {};

  bool operator==(const Leakage&) const = default;
};

Leakage leakage_of(const std::vector<Finding>& findings, const Summary& summary,
                   const Units& units);

// Repairs, the one that stops most first. Without names of people if they are
// those of findings without (aggregated()).
std::vector<Step> steps_of(const std::vector<Finding>& findings,
                           std::uint32_t last);

// Without names of people; what fewer than kLeastGroup people wrote, or fewer
// letters than that, is one with others alike.
Leakage aggregated(const Leakage& leakage);

}  // namespace lostletter::scan
