// SPDX-License-Identifier: Apache-2.0
#include "sinkhole/report.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <tuple>

namespace lostletter::sinkhole {
namespace {

using Days = std::chrono::sys_days;

// "2026-11-24"; the epoch for what is none.
Days day_of(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (text.size() != 10) return {};
  const auto read = [&](std::size_t at, std::size_t length, auto& number) {
    std::from_chars(text.data() + at, text.data() + at + length, number);
  };
  read(0, 4, year);
  read(5, 2, month);
  read(8, 2, day);
  return std::chrono::year(year) / std::chrono::month(month) /
         std::chrono::day(day);
}

using Totals = std::map<std::string, std::uint64_t>;

struct Gathered {
  Report report;
  Totals senders;
  Totals wrong_names;
  Totals by_sender_hash;
  Totals by_recipient_hash;
  Totals left_by_day;
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

std::vector<std::pair<std::string, std::uint64_t>> by_count(
    const Totals& totals) {
  std::vector<std::pair<std::string, std::uint64_t>> list(totals.begin(),
                                                          totals.end());
  std::ranges::stable_sort(
      list, [](const auto& a, const auto& b) { return a.second > b.second; });
  return list;
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

double rate(const Totals& by_day, Days from, Days until) {
  std::uint64_t letters = 0;
  for (const auto& [day, count] : by_day) {
    const Days at = day_of(day);
    if (at >= from && at < until) letters += count;
  }
  return static_cast<double>(letters) /
         static_cast<double>((until - from).count());
}

void finish(Gathered& gathered) {
  Report& report = gathered.report;
  const Days first = day_of(report.first_day);
  const Days end = day_of(report.last_day) + std::chrono::days(1);
  const std::chrono::days week(7);
  report.days = static_cast<std::size_t>(std::max(1L, (end - first).count()));
  report.per_day = static_cast<double>(report.funnel.perhaps) /
                   static_cast<double>(report.days);
  report.last_week = rate(gathered.left_by_day, end - week, end);
  report.week_before = rate(gathered.left_by_day, end - 2 * week, end - week);
  report.wrong_names = by_count(gathered.wrong_names);
  report.senders = by_count(gathered.senders);
}

}  // namespace

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
    gathered.left_by_day[key.day] += left;
    if (left > 0) gathered.senders[key.sender] += left;
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
