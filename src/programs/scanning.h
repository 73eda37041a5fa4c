// SPDX-License-Identifier: Apache-2.0
//
// Reading years of mail and judging them, for those who do: scan, replay.
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "archive/read.h"
#include "base/result.h"
#include "config/config.h"
#include "programs/reading_bar.h"
#include "scan/judge.h"
#include "scan/ledger.h"
#include "scan/units.h"

namespace lostletter::programs {

// Thrown by what reads, after SIGINT or SIGTERM.
class Stopped : public std::exception {};
void hear_signals();
bool is_stopped();

// Letters whose lines a log mixes; beyond it the oldest is given up.
inline constexpr std::size_t kMostUnderWay = 500'000;

// Of --since, --until and --time-zone; what is empty sets no bound.
Result<scan::Period> read_period(const std::string& since,
                                 const std::string& until,
                                 const std::string& zone);

// The same log under two names (mail.log and mail.info, a copy kept packed)
// counts once: of those that begin alike the largest is read.
struct Inputs {
  std::vector<archive::Input> inputs;
  std::vector<std::string> notices;
};
Inputs without_copies(const std::vector<archive::Input>& inputs);

struct Ours {
  std::vector<std::string> domains;
  std::string because;
};
// `us`: those of --us.
Result<Ours> find_us(const std::vector<std::string>& us,
                     const config::Config& config, const scan::Ledger& ledger);

Result<scan::Report> judge(const scan::Ledger& ledger, const Ours& ours,
                           scan::Units units, config::Config config,
                           unsigned threads, ReadingBar& bar);

}  // namespace lostletter::programs
