// SPDX-License-Identifier: Apache-2.0
//
// What a tally says about each organisation whose mail goes astray: how much at
// most, since when, from whom.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sinkhole/tally.h"

namespace lostletter::sinkhole {

struct Funnel {
  std::uint64_t letters = 0;  // recipients refused
  std::uint64_t forged = 0;   // taken away, one after the other
  std::uint64_t odd_greeting = 0;
  std::uint64_t automatic = 0;
  std::uint64_t frequent = 0;  // too often the same sender or recipient
  std::uint64_t perhaps = 0;   // what is left: from people, at most
};

struct Report {
  std::string owner;  // "army.mil"
  std::string first_day;
  std::string last_day;
  std::size_t days = 0;  // from the first to the last, both counted
  Funnel funnel;
  double per_day = 0;    // what is left, a day
  double last_week = 0;  // the same in the last seven days
  double week_before = 0;
  std::uint64_t tls = 0;
  // Most letters first.
  std::vector<std::pair<std::string, std::uint64_t>> wrong_names;
  std::vector<std::pair<std::string, std::uint64_t>> senders;
};

// Layer five of Szurdi and Christin: real slips are rare, each by itself. Their
// bounds, for a sender and for a recipient.
inline constexpr std::uint32_t kMostOfSender = 10;
inline constexpr std::uint32_t kMostOfRecipient = 20;

// Most letters left first.
std::vector<Report> make_reports(const Tally& tally);

}  // namespace lostletter::sinkhole
