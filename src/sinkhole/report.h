// SPDX-License-Identifier: Apache-2.0
//
// What a tally says about each organisation whose mail goes astray: how much at
// most, since when, from whom.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
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

// Is what happens lately more than chance from what happened before?
enum class Trend : std::uint8_t { kUnknown, kSteady, kRising, kFalling };
std::string_view to_string(Trend trend);

struct Day {
  std::string day;
  std::uint64_t letters = 0;  // refused
  std::uint64_t people = 0;   // left of them, at most
};

// A domain that letters came from.
struct Sender {
  std::string domain;  // empty: bounces
  std::uint64_t letters = 0;
  std::uint64_t people = 0;  // at most
  std::string first_day;
  std::string last_day;

  // Nothing it sent may have been written by a person.
  bool is_machine() const { return people == 0; }
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
  Trend trend = Trend::kUnknown;  // of these two; unknown before two weeks
  std::uint64_t tls = 0;
  std::vector<Day> by_day;  // each from the first to the last, the last 400
  // Those with letters from people first, then most letters.
  std::vector<Sender> sending_domains;
  // Most letters first; of senders only what may be from people.
  std::vector<std::pair<std::string, std::uint64_t>> wrong_names;
  std::vector<std::pair<std::string, std::uint64_t>> senders;
};

// Layer five of Szurdi and Christin: real slips are rare, each by itself. Their
// bounds, for a sender and for a recipient.
inline constexpr std::uint32_t kMostOfSender = 10;
inline constexpr std::uint32_t kMostOfRecipient = 20;

// Two weeks' letters, compared as counts of rare and independent events.
Trend trend_of(std::uint64_t last_week, std::uint64_t week_before);

// Most letters left first.
std::vector<Report> make_reports(const Tally& tally);

}  // namespace lostletter::sinkhole
