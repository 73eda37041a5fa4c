// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/report.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <tuple>

#include "sinkhole/days.h"

namespace lostletter::sinkhole {
namespace {

struct Gathered {
  Report report;
  Totals senders;
  Totals wrong_names;
  Totals by_sender_hash;
  Totals by_recipient_hash;
  Totals left_by_day;
  std::map<std::string, Day> days;
  std::map<std::string, Sender> by_sender;
};

// Of the letters of a row that nothing else speaks against, so many are from
// senders, or to recipients, that are seen too often for a slip.
std::uint64_t frequent_of(const Count& count, const Gathered& gathered) {
  const auto over = [](const std::map<std::string, std::uint32_t>& seen,
                       const Totals& totals, std::uint64_t most) {
    std::uint64_t sum = 0;
    for (const auto& [hash, times] : seen) {
      if (totals.at(hash) > most) sum += times;
    }
    return sum;
  };
  const auto often = std::max(
      over(count.senders, gathered.by_sender_hash, kMostOfSender),
      over(count.recipients, gathered.by_recipient_hash, kMostOfRecipient));
  return std::min(often, count.letters[0]);
}

void gather(const Key& key, const Count& count, Gathered& gathered) {
  Report& report = gathered.report;
  report.owner = key.owner;
  if (report.first_day.empty() || key.day < report.first_day) {
    report.first_day = key.day;
  }
  report.last_day = std::max(report.last_day, key.day);
  const auto letters = [&](Kind kind) {
    return count.letters[static_cast<std::size_t>(kind)];
  };
  report.funnel.letters += count.all();
  report.funnel.forged += letters(Kind::kForged);
  report.funnel.odd_greeting += letters(Kind::kOddGreeting);
  report.funnel.automatic += letters(Kind::kAutomatic);
  report.tls += count.tls;
  gathered.wrong_names[key.wrong] += count.all();
  for (const auto& [hash, times] : count.senders) {
    gathered.by_sender_hash[hash] += times;
  }
  for (const auto& [hash, times] : count.recipients) {
    gathered.by_recipient_hash[hash] += times;
  }
}

// Every day, also those on which nothing came.
std::vector<Day> all_days(const std::map<std::string, Day>& seen, Days first,
                          Days end) {
  std::vector<Day> days;
  for (Days at = std::max(first, end - kMostDays); at < end;
       at += std::chrono::days(1)) {
    const std::string text = text_of(at);
    const auto found = seen.find(text);
    days.push_back(found == seen.end() ? Day{text} : found->second);
  }
  return days;
}

std::vector<Sender> sorted(const std::map<std::string, Sender>& senders) {
  std::vector<Sender> list;
  for (const auto& [domain, sender] : senders) list.push_back(sender);
  std::ranges::stable_sort(list, [](const Sender& a, const Sender& b) {
    return std::tie(b.people, b.letters) < std::tie(a.people, a.letters);
  });
  return list;
}

void add_row(const Key& key, const Count& count, std::uint64_t left,
             Gathered& gathered) {
  Day& day = gathered.days[key.day];
  day.day = key.day;
  day.letters += count.all();
  day.people += left;
  Sender& sender = gathered.by_sender[key.sender];
  sender.domain = key.sender;
  sender.letters += count.all();
  sender.people += left;
  if (sender.first_day.empty() || key.day < sender.first_day) {
    sender.first_day = key.day;
  }
  sender.last_day = std::max(sender.last_day, key.day);
  gathered.left_by_day[key.day] += left;
  if (left > 0) gathered.senders[key.sender] += left;
}

void finish(Gathered& gathered) {
  Report& report = gathered.report;
  const Days first = day_of(report.first_day);
  const Days end = day_of(report.last_day) + std::chrono::days(1);
  const std::chrono::days week(7);
  report.days = static_cast<std::size_t>(std::max(1L, (end - first).count()));
  report.per_day = static_cast<double>(report.funnel.perhaps) /
                   static_cast<double>(report.days);
  const auto last = total_within(gathered.left_by_day, end - week, end);
  const auto before =
      total_within(gathered.left_by_day, end - 2 * week, end - week);
  report.last_week = static_cast<double>(last) / 7;
  report.week_before = static_cast<double>(before) / 7;
  if (end - first >= 2 * week) report.trend = trend_of(last, before);
  report.by_day = all_days(gathered.days, first, end);
  report.sending_domains = sorted(gathered.by_sender);
  report.wrong_names = by_count(gathered.wrong_names);
  report.senders = by_count(gathered.senders);
}

}  // namespace

std::string_view to_string(Trend trend) {
  switch (trend) {
    case Trend::kUnknown:
      break;
    case Trend::kSteady:
      return "steady";
    case Trend::kRising:
      return "rising";
    case Trend::kFalling:
      return "falling";
  }
  return "unknown";
}

// The difference of two Poisson counts has the variance of their sum; twice its
// root is passed by chance once in twenty weeks.
Trend trend_of(std::uint64_t last_week, std::uint64_t week_before) {
  const auto last = static_cast<double>(last_week);
  const auto before = static_cast<double>(week_before);
  const double chance = 2 * std::sqrt(last + before);
  if (last - before > chance) return Trend::kRising;
  if (before - last > chance) return Trend::kFalling;
  return Trend::kSteady;
}

std::vector<Report> make_reports(const Tally& tally) {
  std::map<std::string, Gathered> by_owner;
  for (const auto& [key, count] : tally.rows()) {
    gather(key, count, by_owner[key.owner]);
  }
  for (const auto& [key, count] : tally.rows()) {
    Gathered& gathered = by_owner[key.owner];
    const auto frequent = frequent_of(count, gathered);
    const auto left = count.letters[0] - frequent;
    gathered.report.funnel.frequent += frequent;
    gathered.report.funnel.perhaps += left;
    add_row(key, count, left, gathered);
  }
  std::vector<Report> reports;
  for (auto& [owner, gathered] : by_owner) {
    finish(gathered);
    reports.push_back(std::move(gathered.report));
  }
  std::ranges::stable_sort(reports, [](const Report& a, const Report& b) {
    return std::tie(b.funnel.perhaps, b.funnel.letters) <
           std::tie(a.funnel.perhaps, a.funnel.letters);
  });
  return reports;
}

}  // namespace lostletter::sinkhole
