// SPDX-License-Identifier: Apache-2.0
//
// What a scan says: findings, and what they were found in. Values only, in the
// order they are shown: the same logs give the same report.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "guard/assess.h"
#include "scan/leakage.h"

namespace lostletter::scan {

enum class FindingKind {
  kStandingLeak,
  kMisdirected,
  kSelfCorrection,
  kBouncedMistype,
};
std::string_view to_string(FindingKind kind);  // "standing_leak"

struct SenderCount {
  std::string address;
  std::uint32_t letters = 0;

  bool operator==(const SenderCount&) const = default;
};

struct Finding {
  FindingKind kind = FindingKind::kMisdirected;
  // One address, or one domain when several of its addresses are affected.
  std::string typed;
  std::string intended;
  double probability = 0;
  std::uint32_t letters = 0;
  std::uint32_t delivered = 0;
  std::uint32_t bounced = 0;
  std::uint32_t clear = 0;      // delivered without TLS
  std::uint32_t forwarded = 0;  // because an alias leads there
  std::uint32_t addresses = 1;  // at the typed domain
  std::uint32_t first = 0;      // seconds since 1970; 0: never told
  std::uint32_t last = 0;
  std::vector<SenderCount> senders = {};  // most letters first
  std::uint32_t people = 0;               // how many senders there are
  std::vector<guard::Finding> findings = {};
  std::map<std::uint32_t, std::uint32_t> months = {};  // month_of() -> letters
  std::map<std::uint32_t, std::uint32_t> hours = {};   // hour_of_week()
  bool ongoing = false;   // a letter in the last 30 days of the logs
  std::string mail = {};  // who runs the mail of the wrong name, if told
  std::string repair = {};
  RepairKind repair_kind = RepairKind::kNone;
};

// Of known mistakes, those that the engine would have named by itself; with
// Wilson's interval of 95 %.
struct Recall {
  std::uint32_t known = 0;
  std::uint32_t found = 0;
  double low = 0;
  double high = 1;
};
Recall recall_of(std::uint32_t found, std::uint32_t known);

struct Summary {
  std::uint64_t lines = 0;
  std::uint64_t letters = 0;
  std::uint64_t recipients = 0;
  std::map<std::string, std::uint64_t, std::less<>> skipped = {};
  std::map<std::string, std::uint64_t, std::less<>> sources = {};  // by kind
  std::uint64_t automatic = 0;
  std::uint64_t outside = 0;         // of --since and --until
  std::uint64_t outbound = 0;        // letters of ours to others, by recipient
  std::uint64_t correspondents = 0;  // distinct addresses they went to
  std::uint64_t partners = 0;        // of these, with answers
  std::vector<std::string> us = {};
  std::string us_because = {};
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  // What is lost, in standing leaks and misdirected letters together.
  std::uint64_t lost = 0;
  std::uint64_t lost_delivered = 0;
  std::uint64_t lost_clear = 0;
  std::uint32_t lost_first = 0;
  std::uint32_t lost_last = 0;
  bool ongoing = false;
  Recall recall = {};
};

struct Report {
  std::vector<Finding> findings;
  Summary summary;
  Leakage leakage = {};
  bool is_aggregate = false;
};

// Without names of people: domains only, and no group of fewer than this many
// letters by itself; of units, of this many people.
inline constexpr std::uint32_t kLeastGroup = 5;
Report aggregated(const Report& report);

}  // namespace lostletter::scan
